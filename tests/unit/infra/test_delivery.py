"""The way to production: tested, on staging, tried there, approved, and with an hour's role instead of keys."""

import re
from typing import Any

import pytest
import yaml

from infra.settings import PROJECT_ROOT
from infra.stages import read_config
from tests.deploy_role import ROLE_TEMPLATE

WORKFLOW = PROJECT_ROOT / ".github" / "workflows" / "delivery.yml"
JOBS: dict[str, Any] = yaml.safe_load(WORKFLOW.read_text("utf-8"))["jobs"]
DEPLOYING = {name: job for name, job in JOBS.items() if "environment" in job}


def commands(job: dict[str, Any]) -> list[str]:
    return [step["run"] for step in job["steps"] if "run" in step]


def test_every_stage_on_aws_has_its_environment_by_the_name_that_the_role_trusts() -> None:
    assert {job["environment"] for job in DEPLOYING.values()} == read_config()["stages"].keys() - {"local"}
    assert "environment:${Stage}" in ROLE_TEMPLATE.read_text("utf-8")


def test_production_comes_after_staging_was_tried_and_staging_after_the_tests() -> None:
    assert (JOBS["prod"]["needs"], JOBS["staging"]["needs"]) == ("staging", ["test", "audit"])
    assert commands(JOBS["staging"]) == ["make preflight", "make deploy", "make smoke"]
    assert commands(JOBS["prod"]) == ["make preflight", "make deploy"]


@pytest.mark.parametrize("name", DEPLOYING)
def test_one_deployment_of_a_stage_at_a_time_and_none_is_cut_off(name: str) -> None:
    assert DEPLOYING[name]["concurrency"] == {"group": f"deploy-{name}", "cancel-in-progress": False}
    assert DEPLOYING[name]["env"]["STAGE"] == DEPLOYING[name]["environment"] == name


@pytest.mark.parametrize("name", JOBS)
def test_only_deploying_jobs_can_have_the_role_and_no_job_has_keys(name: str) -> None:
    permissions = {"contents": "read"} | ({"id-token": "write"} if name in DEPLOYING else {})
    assert JOBS[name]["permissions"] == permissions
    assert "secrets." not in WORKFLOW.read_text("utf-8")
    assert all(one["with"]["persist-credentials"] is False for one in JOBS[name]["steps"] if "checkout" in str(one))


@pytest.mark.parametrize("name", JOBS)
def test_every_action_is_pinned_to_a_full_version(name: str) -> None:
    used = [step["uses"] for step in JOBS[name]["steps"] if "uses" in step]
    assert used
    assert all(re.fullmatch(r"[\w-]+/[\w-]+@(v\d+\.\d+\.\d+|[0-9a-f]{40})", action) for action in used)


@pytest.mark.parametrize("command", sorted({line for job in JOBS.values() for line in commands(job)}))
def test_the_workflow_runs_targets_that_exist(command: str) -> None:
    targets = re.findall(r"^([a-z-]+):.*##", (PROJECT_ROOT / "Makefile").read_text("utf-8"), re.MULTILINE)
    assert command.removeprefix("make ") in targets
