"""The configuration: every stage complete, every function in the application."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from infra.errors import InfraError
from infra.settings import APP_NAME, LOCAL_CREDENTIALS, PROJECT_ROOT, Kind
from infra.stages import read_config, read_stage
from infra.vendor import wheel_platforms

STAGES = list(read_config()["stages"])
VARIABLES = {
    "STAGE",
    "TABLE_PREFIX",
    "FILES_BUCKET",
    "IMPORTS_QUEUE",
    "CHUNKS_QUEUE",
    "CHUNK_WORKERS",
    "SETTLE_SECONDS",
    "EXPORTS_QUEUE",
    "MAIL_QUEUE",
    "MAIL_WORKERS",
    "IMPORT_WORKERS",
    "EXPORT_WORKERS",
    "FEEDBACK_WORKERS",
    "FEEDBACK_QUEUE",
    "SEARCH_ENGINE",
    "SEARCH_QUEUE",
    "SEARCH_WORKERS",
    "SEARCH_FUNCTION",
    "SEARCH_ENDPOINT",
    "MAIL_CONFIGURATION_SET",
    "MAIL_FROM",
    "CORS_ORIGINS",
    "URL_IMPORT_ALLOW",
    "LOG_LEVEL",
}
LIST_CAPS = """
import json, sys
from app import app
from chalice.app import SQSEventConfig
caps = {item.name: item.maximum_concurrency for item in app.event_sources if isinstance(item, SQSEventConfig)}
sys.stdout.write(json.dumps(caps))
"""
LIST_FUNCTIONS = """
import json, sys
from app import app
triggered = [item.name for item in [*app.event_sources, *app.pure_lambda_functions, *app.builtin_auth_handlers]]
sys.stdout.write(json.dumps([app.app_name, *triggered]))
"""


@pytest.mark.parametrize("stage", STAGES)
def test_every_stage_has_all_variables(stage: str) -> None:
    environment = read_stage(stage).environment
    assert environment.keys() == VARIABLES
    assert environment["STAGE"] == stage
    assert environment["TABLE_PREFIX"] == f"{APP_NAME}-{stage}"


def test_only_the_local_stage_may_fetch_from_private_addresses() -> None:
    allowed = {stage: read_stage(stage).environment["URL_IMPORT_ALLOW"] for stage in STAGES}
    assert allowed == {"local": "127.0.0.1,localhost", "staging": "", "prod": ""}


def test_only_the_local_stage_does_not_wait_for_indexes() -> None:
    waits = {stage: read_stage(stage).environment["SETTLE_SECONDS"] for stage in STAGES}
    assert waits == {"local": "0", "staging": "60", "prod": "60"}


def test_functions_of_the_configuration_are_those_of_the_application() -> None:
    environment = {**os.environ, **read_stage("local").environment, **LOCAL_CREDENTIALS, "AWS_REGION": "us-east-1"}
    environment["AWS_DEFAULT_REGION"] = "us-east-1"
    done = subprocess.run(
        [sys.executable, "-c", LIST_FUNCTIONS], cwd=PROJECT_ROOT, env=environment, capture_output=True, check=True
    )
    name, *functions = json.loads(done.stdout)
    assert name == f"{APP_NAME}-local"
    assert {"api_handler", *functions} == set(read_config()["lambda_functions"])


@pytest.mark.parametrize("stage", STAGES)
def test_no_queue_may_take_all_the_concurrency_of_an_account(stage: str) -> None:
    own = read_stage(stage)
    environment = {**os.environ, **own.environment, **LOCAL_CREDENTIALS, "AWS_REGION": "us-east-1"}
    environment["AWS_DEFAULT_REGION"] = "us-east-1"
    done = subprocess.run(
        [sys.executable, "-c", LIST_CAPS], cwd=PROJECT_ROOT, env=environment, capture_output=True, check=True
    )
    caps = json.loads(done.stdout)
    assert caps.keys() == own.queues.keys()
    # Lambda's minimum is two.
    assert all(2 <= cap <= 10 for cap in caps.values())
    assert sum(caps.values()) == own.workers


def test_timeout_of_the_stage_wins_over_the_shared_one() -> None:
    assert read_stage("local").timeouts["run_import"] == 300
    assert read_stage("prod").timeouts["run_import"] == 900


def test_api_answers_before_the_gateway_gives_up() -> None:
    assert all(read_stage(stage).timeouts["api_handler"] <= 29 for stage in STAGES)


def test_sweep_ends_before_the_next_one_starts() -> None:
    assert all(read_stage(stage).timeouts["sweep"] < 60 for stage in STAGES)


def test_names_lambda_uses() -> None:
    stage = read_stage("prod")
    assert stage.lambda_name("api_handler") == "retail-orders-prod"
    assert stage.lambda_name("sweep") == "retail-orders-prod-sweep"


def test_a_stage_without_a_newer_queue_must_name_it(tmp_path: Path) -> None:
    environment = {name: value for name, value in read_stage("staging").environment.items() if name != "SEARCH_QUEUE"}
    stage = read_stage("staging", configured(tmp_path, environment_variables=environment))
    with pytest.raises(InfraError, match="set FILES_BUCKET, MAIL_FROM, SEARCH_QUEUE of stage staging"):
        stage.require_complete()


def test_unknown_stage_is_refused() -> None:
    with pytest.raises(InfraError, match="nowhere"):
        read_stage("nowhere")


def configured(root: Path, **of_the_stage: Any) -> Path:
    """Return a directory whose configuration has these settings for staging besides its own."""
    config = json.loads((PROJECT_ROOT / ".chalice" / "config.json").read_text("utf-8"))
    config["stages"]["staging"].update(of_the_stage)
    (root / ".chalice").mkdir()
    (root / ".chalice" / "config.json").write_text(json.dumps(config), encoding="utf-8")
    return root


def test_the_processor_is_chosen_for_a_stage_and_brings_its_wheels(tmp_path: Path) -> None:
    root = configured(tmp_path, lambda_architecture="arm64")
    assert (read_stage("staging", root).architecture, read_stage("prod", root).architecture) == ("arm64", "x86_64")
    assert set(wheel_platforms(Kind.AWS, "arm64")) == {
        one.replace("x86_64", "aarch64") for one in wheel_platforms(Kind.AWS, "x86_64")
    }
    assert all(one.endswith("aarch64") for one in wheel_platforms(Kind.AWS, "arm64"))
    # Functions of the embedded stack run on this machine, whatever the stage says.
    assert not any(one.endswith("aarch64") for one in wheel_platforms(Kind.EMBEDDED, "arm64"))


def test_a_processor_that_lambda_does_not_have_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InfraError, match="riscv; Lambda has x86_64 and arm64"):
        read_stage("staging", configured(tmp_path, lambda_architecture="riscv"))
