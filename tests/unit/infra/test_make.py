"""What targets of make run: nothing that the stage does not need, and nothing on a stage that was not named."""

import os
import subprocess

import pytest

from infra.settings import PROJECT_ROOT


def printed(*arguments: str) -> str:
    """What make would run if nothing was installed yet."""
    environment = {name: value for name, value in os.environ.items() if name != "STAGE"}
    command = ["make", "--dry-run", "--always-make", *arguments]
    done = subprocess.run(command, cwd=PROJECT_ROOT, env=environment, capture_output=True, text=True, check=True)
    return done.stdout


def test_deploying_to_aws_installs_nothing_of_the_emulators() -> None:
    assert ".venv-" not in printed("deploy", "STAGE=prod")
    assert ".venv-stack" in printed("deploy", "STAGE=local")
    assert ".venv-lambda" in printed("deploy")


@pytest.mark.parametrize("command", ["smoke", "redrive", "rollback", "drift", "destroy"])
def test_a_command_that_operates_a_stage_has_it_named(command: str) -> None:
    assert f'-m infra {command} --stage ""' in printed(command)
    assert f'-m infra {command} --stage "staging"' in printed(command, "STAGE=staging")


@pytest.mark.parametrize("command", ["smoke", "redrive", "rollback", "destroy"])
def test_a_command_that_changes_something_can_be_run_dry(command: str) -> None:
    assert '--dry-run "1"' in printed(command, "STAGE=staging", "DRY_RUN=1")
