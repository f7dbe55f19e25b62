"""Tells the function that sends mails where the API is, so that the links in mails are whole."""

import copy
from typing import TYPE_CHECKING

from infra.stages import ChaliceConfig, FunctionConfig, Stage

if TYPE_CHECKING:
    from mypy_boto3_lambda import LambdaClient

VARIABLE = "PUBLIC_URL"
#: The only function that writes links.
_FUNCTION = "send_mail"


def configured(config: ChaliceConfig, stage: Stage, url: str | None) -> ChaliceConfig:
    """Chalice's configuration with the URL of the last deployment, where there was one and the stage names none.

    Without this every deployment would take the URL away until ``tell_function`` gives it back.
    """
    if url is None or stage.environment.get(VARIABLE):
        return config
    told = copy.deepcopy(config)
    functions = told["stages"][stage.name].setdefault("lambda_functions", {})
    functions.setdefault(_FUNCTION, FunctionConfig()).setdefault("environment_variables", {})[VARIABLE] = url
    return told


def tell_function(functions: "LambdaClient", stage: Stage, url: str) -> bool:
    """Set the URL of the API that was deployed just now, where the stage names none; true when it was not set yet.

    Only the first deployment has something to do, or one whose API is another than before.
    """
    if stage.environment.get(VARIABLE):
        return False
    name = stage.lambda_name(_FUNCTION)
    variables = functions.get_function_configuration(FunctionName=name)["Environment"]["Variables"]
    if variables.get(VARIABLE) == url:
        return False
    functions.update_function_configuration(FunctionName=name, Environment={"Variables": {**variables, VARIABLE: url}})
    return True
