"""Configures the URL of the API on the functions that hand out addresses: mails, pages and answers begin with it."""

import copy
import time
from typing import TYPE_CHECKING

from infra.after_deploy.settling import Pause, when_settled
from infra.stages import ChaliceConfig, FunctionConfig, Stage

if TYPE_CHECKING:
    from mypy_boto3_lambda import LambdaClient

VARIABLE = "PUBLIC_URL"
#: The functions that write addresses: next pages, the description of the API, links in mails.
_FUNCTIONS = ("api_handler", "send_mail")


def configured(config: ChaliceConfig, stage: Stage, url: str | None) -> ChaliceConfig:
    """Return Chalice's configuration with the URL of the last deployment, if there was one and the stage sets none.

    Otherwise every deployment would remove the URL until ``set_api_url`` restores it.
    """
    if url is None or stage.environment.get(VARIABLE):
        return config
    told = copy.deepcopy(config)
    functions = told["stages"][stage.name].setdefault("lambda_functions", {})
    for function in _FUNCTIONS:
        functions.setdefault(function, FunctionConfig()).setdefault("environment_variables", {})[VARIABLE] = url
    return told


def set_api_url(functions: "LambdaClient", stage: Stage, url: str, pause: Pause = time.sleep) -> list[str]:
    """Set the URL of the API just deployed, unless the stage sets one; return the functions that were changed.

    It changes at the first deployment and when the API was replaced.
    """
    if stage.environment.get(VARIABLE):
        return []
    return [function for function in _FUNCTIONS if _set_on(functions, stage.lambda_name(function), url, pause)]


def _set_on(functions: "LambdaClient", name: str, url: str, pause: Pause) -> bool:
    variables = functions.get_function_configuration(FunctionName=name)["Environment"]["Variables"]
    if variables.get(VARIABLE) == url:
        return False
    changed = {**variables, VARIABLE: url}
    # The function was deployed a moment ago and may still be changing.
    when_settled(
        lambda: functions.update_function_configuration(FunctionName=name, Environment={"Variables": changed}), pause
    )
    return True
