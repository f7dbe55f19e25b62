"""The gateway's own errors have the shape and the codes of the service."""

import json
from typing import Any

import pytest

from chalicelib import errors
from infra.after_deploy.gateway import ANSWERS, limit_calls, shape_errors
from infra.stages import read_config, read_stage


class Gateway:
    """Keeps what it is told."""

    def __init__(self) -> None:
        self.responses: dict[str, dict[str, Any]] = {}
        self.deployed = 0

    def put_gateway_response(self, **given: Any) -> None:
        assert not self.deployed
        self.responses[given["responseType"]] = given

    def create_deployment(self, **given: Any) -> None:
        assert given == {"restApiId": "a1", "stageName": "api"}
        self.deployed += 1


def codes() -> set[str]:
    return {one.code for one in vars(errors).values() if isinstance(one, type) and issubclass(one, errors.AppError)}


def test_every_error_of_the_gateway_is_one_of_ours_and_is_deployed_last() -> None:
    gateway = Gateway()
    shape_errors(gateway, "a1", "*")
    assert gateway.responses.keys() == ANSWERS.keys() >= {"DEFAULT_4XX", "DEFAULT_5XX"}
    for given in gateway.responses.values():
        body = json.loads(given["responseTemplates"]["application/json"])
        assert (body["Status"], body["request_id"], body["code"] in codes()) == (False, "$context.requestId", True)
        assert isinstance(body["Errors"], str)
    assert gateway.deployed == 1


def test_who_sends_too_many_requests_is_told_when_to_come_again() -> None:
    gateway = Gateway()
    shape_errors(gateway, "a1", "*")
    headers = gateway.responses["THROTTLED"]["responseParameters"]
    assert headers["gatewayresponse.header.Retry-After"] == "'1'"


@pytest.mark.parametrize(("origins", "readable"), [("*", True), ("https://shop.example", False), ("", False)])
def test_browsers_read_them_where_every_origin_may(origins: str, readable: bool) -> None:
    gateway = Gateway()
    shape_errors(gateway, "a1", origins)
    headers = gateway.responses["DEFAULT_5XX"]["responseParameters"]
    assert ("gatewayresponse.header.Access-Control-Allow-Origin" in headers) is readable


class Stages:
    """Keeps how a stage of the gateway was changed."""

    def __init__(self) -> None:
        self.changes: list[dict[str, Any]] = []

    def update_stage(self, **given: Any) -> None:
        self.changes.append(given)


def test_the_limit_is_set_for_all_methods_of_the_stage_that_is_deployed() -> None:
    gateway = Stages()
    limit_calls(gateway, "a1", {"rate": 100, "burst": 200})
    [change] = gateway.changes
    assert (change["restApiId"], change["stageName"]) == ("a1", "api")
    assert {one["path"]: (one["op"], one["value"]) for one in change["patchOperations"]} == {
        "/*/*/throttling/rateLimit": ("replace", "100"),
        "/*/*/throttling/burstLimit": ("replace", "200"),
    }


@pytest.mark.parametrize("name", sorted(read_config()["stages"].keys() - {"local"}))
def test_no_stage_on_aws_may_use_up_what_the_account_has(name: str) -> None:
    # 10,000 calls a second, all APIs of a region together:
    # https://docs.aws.amazon.com/apigateway/latest/developerguide/limits.html
    throttling = read_stage(name).throttling
    assert throttling is not None
    assert 0 < throttling["rate"] <= throttling["burst"] <= 1000
