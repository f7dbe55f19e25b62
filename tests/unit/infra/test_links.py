"""Where the service says it is reached: what the stage names, else what was deployed."""

import json
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from infra import build as building
from infra.after_deploy.links import configured, set_api_url
from infra.settings import PROJECT_ROOT, embedded_stack
from infra.stages import Stage, read_config, read_stage

URL = "https://abc.execute-api.eu-central-1.amazonaws.com/api/v1"
PROD = read_stage("prod")
NAMED = replace(PROD, environment={**PROD.environment, "PUBLIC_URL": "https://api.example.com/v1"})


FUNCTIONS = ("retail-orders-prod", "retail-orders-prod-send_mail")


@dataclass
class FakeLambda:
    """The functions with their variables, and which of them were updated."""

    variables: dict[str, dict[str, str]]
    updates: list[str] = field(default_factory=list)
    refusals: int = 0

    def get_function_configuration(self, FunctionName: str) -> dict[str, Any]:  # noqa: N803 (boto3's own name)
        return {"Environment": {"Variables": self.variables[FunctionName]}}

    def update_function_configuration(self, FunctionName: str, Environment: dict[str, Any]) -> None:  # noqa: N803
        if self.refusals:
            self.refusals -= 1
            raise ClientError({"Error": {"Code": "ResourceConflictException"}}, "UpdateFunctionConfiguration")
        self.updates.append(FunctionName)
        self.variables[FunctionName] = Environment["Variables"]


def functions(**variables: str) -> FakeLambda:
    return FakeLambda({name: {"STAGE": "prod", **variables} for name in FUNCTIONS})


def test_the_first_deployment_tells_the_url_beside_what_is_set() -> None:
    made = functions()
    assert set_api_url(made, PROD, URL) == ["api_handler", "send_mail"]
    assert made.variables == functions(PUBLIC_URL=URL).variables


def test_a_function_that_is_still_being_updated_is_waited_for() -> None:
    made, pauses = functions(), list[float]()
    made.refusals = 3
    assert set_api_url(made, PROD, URL, pauses.append)
    assert made.variables == functions(PUBLIC_URL=URL).variables
    assert len(pauses) == 3


def test_a_deployment_that_finds_the_url_changes_nothing() -> None:
    made = functions(PUBLIC_URL=URL)
    assert set_api_url(made, PROD, URL) == made.updates == []


def test_another_api_replaces_the_url() -> None:
    made = functions(PUBLIC_URL="https://old.example")
    assert set_api_url(made, PROD, URL)
    assert made.variables == functions(PUBLIC_URL=URL).variables


def test_a_function_that_missed_the_url_is_told_it_alone() -> None:
    made = functions(PUBLIC_URL=URL)
    del made.variables[FUNCTIONS[0]]["PUBLIC_URL"]
    assert set_api_url(made, PROD, URL) == ["api_handler"]


def test_what_the_stage_names_is_left_alone() -> None:
    made = functions(PUBLIC_URL=NAMED.environment["PUBLIC_URL"])
    assert set_api_url(made, NAMED, URL) == made.updates == []
    assert configured(read_config(), NAMED, URL) == read_config()


@pytest.mark.parametrize("stage", [PROD, read_stage("local")], ids=["prod", "local"])
def test_the_next_deployment_brings_the_url_to_those_functions_only(stage: Stage) -> None:
    config, told = read_config(), configured(read_config(), stage, URL)
    for function in ("api_handler", "send_mail"):
        assert told["stages"][stage.name]["lambda_functions"].pop(function) == {
            "environment_variables": {"PUBLIC_URL": URL}
        }
    config["stages"][stage.name].setdefault("lambda_functions", {})
    assert told == config


def test_before_the_first_deployment_nothing_is_known() -> None:
    assert configured(read_config(), PROD, None) == read_config()


@pytest.mark.parametrize("url", [None, URL])
def test_the_build_has_the_url(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, url: str | None) -> None:
    monkeypatch.setattr(building, "_copy_library", lambda *_: None)
    monkeypatch.setattr(building, "vendor_directory", lambda *_: PROJECT_ROOT / "docs")
    project = building.build(embedded_stack(tmp_path, 1), PROD, url=url)
    config = json.loads((project / ".chalice" / "config.json").read_text("utf-8"))
    stages, expected = config["stages"], configured(read_config(), PROD, url)["stages"]
    assert {name: stage.get("lambda_functions") for name, stage in stages.items()} == {
        name: stage.get("lambda_functions") for name, stage in expected.items()
    }
