"""Puts a proxy between a deployed stack and its DynamoDB."""

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

from infra.after_deploy.settling import when_settled

if TYPE_CHECKING:
    from tests.e2e.conftest import RunningStack

VARIABLE = "AWS_ENDPOINT_URL_DYNAMODB"


@contextmanager
def behind(stack: "RunningStack", url: str, clients_url: str | None = None, **more: str) -> Iterator["RunningStack"]:
    """The stack, whose functions and commands reach DynamoDB at ``url``, and the tests' own clients at ``clients_url``.

    ``more`` are further variables of the functions. Deploying to the stack again undoes it.
    """
    variables = {VARIABLE: url, **more}
    stage = replace(stack.stage, environment={**stack.stage.environment, **variables})
    _set(stack, variables)
    try:
        yield replace(stack, stage=stage, dynamodb_url=clients_url or url)
    finally:
        _set(stack, {}, without=variables)


def _set(stack: "RunningStack", variables: Mapping[str, str], without: Mapping[str, str] | None = None) -> None:
    functions = stack.client("lambda")
    for function in stack.stage.timeouts:
        name = stack.stage.lambda_name(function)
        known = functions.get_function_configuration(FunctionName=name)["Environment"]["Variables"]
        kept = {key: value for key, value in known.items() if key not in (without or {})}
        # What the stage set itself comes back.
        restored = {key: stack.stage.environment[key] for key in without or {} if key in stack.stage.environment}
        wanted = {**kept, **restored, **variables}
        when_settled(
            lambda name=name, wanted=wanted: functions.update_function_configuration(
                FunctionName=name, Environment={"Variables": wanted}
            ),
            time.sleep,
        )
