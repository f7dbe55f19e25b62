"""Tells the functions that hand out addresses where the API is: those of mails, pages and answers begin with it."""

import copy
from typing import Any

from infra.stages import Stage

VARIABLE = "PUBLIC_URL"
#: The functions that write addresses: the next page of a list, the description of the API, links in mails.
_FUNCTIONS = ("api_handler", "send_mail")


def configured(config: dict[str, Any], stage: Stage, url: str | None) -> dict[str, Any]:
    """Chalice's configuration with the URL of the last deployment, where there was one and the stage names none.

    Without this every deployment would take the URL away until ``tell_functions`` gives it back.
    """
    if url is None or stage.environment.get(VARIABLE):
        return config
    told = copy.deepcopy(config)
    functions = told["stages"][stage.name].setdefault("lambda_functions", {})
    for function in _FUNCTIONS:
        functions.setdefault(function, {}).setdefault("environment_variables", {})[VARIABLE] = url
    return told


def tell_functions(functions: Any, stage: Stage, url: str) -> list[str]:
    """Set the URL of the API that was deployed just now, where the stage names none; return the functions changed.

    Only the first deployment has something to do, or one whose API is another than before.
    """
    if stage.environment.get(VARIABLE):
        return []
    return [function for function in _FUNCTIONS if _tell(functions, stage.lambda_name(function), url)]


def _tell(functions: Any, name: str, url: str) -> bool:
    variables = functions.get_function_configuration(FunctionName=name)["Environment"]["Variables"]
    if variables.get(VARIABLE) == url:
        return False
    functions.update_function_configuration(FunctionName=name, Environment={"Variables": {**variables, VARIABLE: url}})
    return True
