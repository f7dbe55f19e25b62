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


@pytest.mark.parametrize("command", ["deploy", "smoke", "redrive", "rollback", "destroy"])
def test_a_command_that_changes_something_can_be_run_dry(command: str) -> None:
    assert '--dry-run "1"' in printed(command, "STAGE=staging", "DRY_RUN=1")


@pytest.mark.parametrize("command", ["migrate", "restore", "forget", "export-person"])
def test_a_command_about_data_runs_dry_unless_the_variable_is_0(command: str) -> None:
    assert " --dry-run" in printed(command, "DRY_RUN=1")
    assert " --dry-run" not in printed(command, "DRY_RUN=0")


def test_a_command_without_a_dry_run_refuses_one() -> None:
    with pytest.raises(subprocess.CalledProcessError) as refused:
        printed("admin", "EMAIL=anna@chain.example", "DRY_RUN=1")
    assert "admin has no dry run" in refused.value.stderr
