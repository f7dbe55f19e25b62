"""Where mails say the API is: what the stage names, else what was deployed."""

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


@dataclass
class FakeLambda:
    """The function that sends mails, with its variables."""

    variables: dict[str, str]
    updates: list[str] = field(default_factory=list)
    refusals: int = 0

    def get_function_configuration(self, FunctionName: str) -> dict[str, Any]:  # noqa: N803 (boto3's own name)
        assert FunctionName == "retail-orders-prod-send_mail"
        return {"Environment": {"Variables": self.variables}}

    def update_function_configuration(self, FunctionName: str, Environment: dict[str, Any]) -> None:  # noqa: N803
        if self.refusals:
            self.refusals -= 1
            raise ClientError({"Error": {"Code": "ResourceConflictException"}}, "UpdateFunctionConfiguration")
        self.updates.append(FunctionName)
        self.variables = Environment["Variables"]


def test_the_first_deployment_tells_the_url_beside_what_is_set() -> None:
    functions = FakeLambda({"STAGE": "prod"})
    assert set_api_url(functions, PROD, URL)
    assert functions.variables == {"STAGE": "prod", "PUBLIC_URL": URL}


def test_a_function_that_is_still_being_updated_is_waited_for() -> None:
    functions, pauses = FakeLambda({"STAGE": "prod"}, refusals=3), list[float]()
    assert set_api_url(functions, PROD, URL, pauses.append)
    assert functions.variables["PUBLIC_URL"] == URL
    assert len(pauses) == 3


def test_a_deployment_that_finds_the_url_changes_nothing() -> None:
    functions = FakeLambda({"STAGE": "prod", "PUBLIC_URL": URL})
    assert not set_api_url(functions, PROD, URL)
    assert functions.updates == []


def test_another_api_replaces_the_url() -> None:
    functions = FakeLambda({"STAGE": "prod", "PUBLIC_URL": "https://old.example"})
    assert set_api_url(functions, PROD, URL)
    assert functions.variables["PUBLIC_URL"] == URL


def test_what_the_stage_names_is_left_alone() -> None:
    functions = FakeLambda(dict(NAMED.environment))
    assert not set_api_url(functions, NAMED, URL)
    assert configured(read_config(), NAMED, URL) == read_config()


@pytest.mark.parametrize("stage", [PROD, read_stage("local")], ids=["prod", "local"])
def test_the_next_deployment_brings_the_url_to_that_function_only(stage: Stage) -> None:
    config, told = read_config(), configured(read_config(), stage, URL)
    assert told["stages"][stage.name]["lambda_functions"].pop("send_mail") == {
        "environment_variables": {"PUBLIC_URL": URL}
    }
    config["stages"][stage.name].setdefault("lambda_functions", {})
    assert told == config


def test_before_the_first_deployment_nothing_is_known() -> None:
    assert configured(read_config(), PROD, None) == read_config()


@pytest.mark.parametrize("url", [None, URL])
def test_the_build_has_the_url(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, url: str | None) -> None:
    monkeypatch.setattr(building, "_copy_library", lambda *_: None)
    monkeypatch.setattr(building, "vendor_directory", lambda _: PROJECT_ROOT / "docs")
    project = building.build(embedded_stack(tmp_path, 1), PROD, url=url)
    config = json.loads((project / ".chalice" / "config.json").read_text("utf-8"))
    stages, expected = config["stages"], configured(read_config(), PROD, url)["stages"]
    assert {name: stage.get("lambda_functions") for name, stage in stages.items()} == {
        name: stage.get("lambda_functions") for name, stage in expected.items()
    }
