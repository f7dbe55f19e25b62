"""A person at a terminal gets one line about what AWS answered, not a traceback."""

import sys
from pathlib import Path

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError, NoCredentialsError, TokenRetrievalError

from infra import __main__ as command_line
from infra.errors import InfraError
from infra.output import step
from infra.settings import Stack, embedded_stack

EXPIRED = {"Code": "ExpiredToken", "Message": "The security token\nincluded in the request is expired"}


def run(monkeypatch: pytest.MonkeyPatch, failure: BaseException) -> int:
    def deploy(_: object) -> None:
        with step("tables, bucket, queues, alarms"):
            raise failure

    monkeypatch.setitem(command_line._COMMANDS, "deploy", deploy)
    monkeypatch.setattr(sys, "argv", ["infra", "deploy", "--stage", "prod"])
    return command_line.main()


@pytest.mark.parametrize(
    ("failure", "words"),
    [
        (NoCredentialsError(), "Unable to locate credentials"),
        (EndpointConnectionError(endpoint_url="https://sts.eu-central-1.amazonaws.com"), "sts.eu-central-1"),
        (TokenRetrievalError(provider="sso", error_msg="expired"), "expired"),
        (ClientError({"Error": EXPIRED}, "DescribeStacks"), "DescribeStacks operation: The security token included"),
    ],
)
def test_what_aws_answers_is_one_line_with_the_step(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], failure: Exception, words: str
) -> None:
    assert run(monkeypatch, failure) == 1
    [_, line] = capsys.readouterr().err.splitlines()
    assert line.startswith("error: tables, bucket, queues, alarms: ")
    assert words in line


@pytest.mark.parametrize(
    ("code", "words"),
    [("NoSuchBucket", "The specified bucket does not exist"), ("ResourceNotFoundException", "Table x not found")],
)
def test_what_does_not_exist_asks_whether_the_stage_is_deployed(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], code: str, words: str
) -> None:
    assert run(monkeypatch, ClientError({"Error": {"Code": code, "Message": words}}, "GetItem")) == 1
    assert capsys.readouterr().err.endswith(f"{words} (is stage prod deployed in this region?)\n")


def test_our_own_errors_say_what_to_do(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(monkeypatch, InfraError("set AWS_REGION")) == 1
    assert capsys.readouterr().err.splitlines()[-1] == "error: set AWS_REGION"


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        ("migrate --rate abc", "error: RATE: a number of items a second, at least 1"),
        ("forget --user abc", "error: USER_ID: "),
        ("shop-access --shop=", "error: SHOP= is not the id of a shop; `GET admin/shops` lists them"),
        ("admin --email=", "error: say whose account: make admin STAGE=… EMAIL=…"),
        ("redrive --stage local --queue=", "error: QUEUE=: choose one of imports, chunks,"),
    ],
)
def test_a_wrong_or_missing_variable_is_one_line_that_names_it(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], arguments: str, line: str
) -> None:
    monkeypatch.setattr("infra.commands.current_stack", lambda _: embedded_stack(Path("none"), 1))
    monkeypatch.setattr("infra.operating.command_line.with_recorded_tables", lambda _, stage: stage)
    monkeypatch.setattr(sys, "argv", ["infra", *arguments.split()])
    with pytest.raises(SystemExit) as ended:
        sys.exit(command_line.main())
    assert ended.value.code in (1, 2)
    [said] = capsys.readouterr().err.splitlines()
    assert said.startswith(line)


def test_an_interrupted_command_says_that_it_can_be_repeated(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(monkeypatch, KeyboardInterrupt()) == 130
    assert "can be repeated" in capsys.readouterr().err


def test_a_fault_of_our_own_keeps_its_traceback(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(KeyError):
        run(monkeypatch, KeyError("ours"))


@pytest.mark.parametrize(
    "arguments",
    [
        *(["url"], ["bucket"], ["smoke"], ["redrive"], ["rollback"], ["drift"], ["destroy"], ["migrate"]),
        *(["restore", "--at", "latest"], ["forget", "--user", "7"], ["export-person", "--user", "7"]),
        ["admin", "--email", "anna@chain.example"],
    ],
    ids=lambda arguments: arguments[0],
)
def test_a_command_does_not_reach_for_the_placeholder_of_a_stage(
    arguments: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def client(*_: object) -> None:
        raise AssertionError("AWS was asked")

    monkeypatch.setattr(Stack, "client", client)
    monkeypatch.setenv("AWS_REGION", "eu-central-1")
    monkeypatch.setattr(sys, "argv", ["infra", *arguments, "--stage", "prod"])
    assert command_line.main() == 1
    assert "set FILES_BUCKET, MAIL_FROM of stage prod" in capsys.readouterr().err
