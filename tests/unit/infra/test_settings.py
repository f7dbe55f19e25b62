"""Which stack a command talks to."""

from dataclasses import replace
from pathlib import Path

import pytest

from infra import commands
from infra.errors import InfraError
from infra.settings import PROJECT_ROOT, Kind, aws_stack, embedded_stack, local_stack


def test_project_stack_shares_chalices_memory_with_a_plain_deploy() -> None:
    assert local_stack({}, 4566).deployed_dir == PROJECT_ROOT / ".chalice" / "deployed"


def test_stack_elsewhere_leaves_the_projects_memory_alone(tmp_path: Path) -> None:
    stack = local_stack({"STACK_DIR": str(tmp_path)}, 4566)
    assert stack.deployed_dir.is_relative_to(tmp_path)
    assert stack.build_dir.is_relative_to(tmp_path)


@pytest.mark.parametrize(("value", "kind"), [("1", Kind.LOCALSTACK), ("", Kind.EMBEDDED), ("0", Kind.EMBEDDED)])
def test_localstack_is_asked_for_by_name(value: str, kind: Kind, tmp_path: Path) -> None:
    assert local_stack({"LOCALSTACK": value, "STACK_DIR": str(tmp_path)}, 4566).kind is kind


def test_own_profile_never_reaches_the_emulator(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_PROFILE", "mine")
    monkeypatch.setenv("AWS_SESSION_TOKEN", "mine")
    environment = embedded_stack(tmp_path, 4999).environment()
    assert environment["AWS_ENDPOINT_URL"] == "http://127.0.0.1:4999"
    assert environment["AWS_ACCESS_KEY_ID"] == "test"
    assert not environment.keys() & {"AWS_PROFILE", "AWS_SESSION_TOKEN"}


def test_the_address_of_the_queues_is_known_before_anything_is_deployed(tmp_path: Path) -> None:
    prod = aws_stack("prod", {"AWS_REGION": "eu-central-1"})
    assert prod.queues_url("123456789012") == "https://sqs.eu-central-1.amazonaws.com/123456789012"
    assert embedded_stack(tmp_path, 4999).queues_url("000000000000") == "http://127.0.0.1:4999/000000000000"


def test_emulator_never_stands_in_for_aws(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:4566")
    environment = aws_stack("prod", {"AWS_REGION": "eu-central-1"}).environment()
    assert "AWS_ENDPOINT_URL" not in environment
    assert environment["AWS_REGION"] == "eu-central-1"


def test_aws_needs_a_region() -> None:
    with pytest.raises(InfraError, match="AWS_REGION"):
        aws_stack("prod", {})


def test_without_a_stack_there_is_a_hint(tmp_path: Path) -> None:
    with pytest.raises(InfraError, match="make up"):
        commands.current_stack({"STACK_DIR": str(tmp_path)})


def test_placeholders_stop_a_deployment() -> None:
    stage = commands.read_stage("prod")
    with pytest.raises(InfraError, match="FILES_BUCKET, MAIL_FROM"):
        commands.deploy(aws_stack("prod", {"AWS_REGION": "eu-central-1"}), stage)


@pytest.mark.parametrize("mail_from", ["orders", "Orders orders@acme.test", "<>", "Orders <orders@acme.test"])
def test_a_sender_that_is_no_address_stops_a_deployment(mail_from: str) -> None:
    prod = commands.read_stage("prod")
    stage = replace(prod, environment={**prod.environment, "FILES_BUCKET": "acme-files", "MAIL_FROM": mail_from})
    with pytest.raises(InfraError, match="MAIL_FROM"):
        commands.deploy(aws_stack("prod", {"AWS_REGION": "eu-central-1"}), stage)


def test_a_stage_is_deployed_from_the_python_of_its_functions_only() -> None:
    commands.require_runtime((3, 11))
    for other in ((3, 10), (3, 12), (3, 14)):
        with pytest.raises(InfraError, match=r"run on Python 3\.11, this is 3\.1"):
            commands.require_runtime(other)


def test_the_runtime_is_checked_before_anything_is_asked_of_aws(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_: object) -> None:
        raise InfraError("the runtime")

    prod = commands.read_stage("prod")
    stage = replace(prod, environment={**prod.environment, "FILES_BUCKET": "acme", "MAIL_FROM": "orders@acme.test"})
    monkeypatch.setattr(commands, "require_runtime", refuse)
    with pytest.raises(InfraError, match="the runtime"):
        commands.deploy(aws_stack("prod", {"AWS_REGION": "eu-central-1"}), stage)
