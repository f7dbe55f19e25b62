"""Errors of API Gateway itself, in the shape of every other error of the service.

It answers alone where no function does: a function that died or took too long, a body that is too large, too many
requests, a path outside the API. Chalice cannot set this, and its deployment takes it away again.
"""

import json
from typing import Any, NamedTuple

from infra.stages import Throttling

#: The name of the stage that the API is deployed to.
_STAGE = "api"


class _Answer(NamedTuple):
    """The code of an error, its text (in Russian, as everywhere without Accept-Language), and another status."""

    code: str
    text: str
    status: str | None = None
    retry_after: str | None = None


_BUSY = _Answer("busy", "Слишком много запросов, повторите через секунду", retry_after="1")
#: By API Gateway's type of response; the other types follow the default of their family.
ANSWERS = {
    "DEFAULT_4XX": _Answer("bad_request", "Запрос не принят"),
    "DEFAULT_5XX": _Answer("internal_error", "Внутренняя ошибка"),
    "MISSING_AUTHENTICATION_TOKEN": _Answer("no_such_route", "Нет такого вызова", status="404"),
    "REQUEST_TOO_LARGE": _Answer("body_too_large", "Тело запроса слишком большое"),
    "UNSUPPORTED_MEDIA_TYPE": _Answer("unsupported_media_type", "Такой тип содержимого не поддерживается"),
    "THROTTLED": _BUSY,
    "QUOTA_EXCEEDED": _BUSY,
}


def shape_errors(gateway: Any, api_id: str, cors_origins: str) -> None:
    """Give the gateway's own errors our shape and deploy the API once more. May be repeated.

    With ``cors_origins`` ``*``, browsers may read them; a list of origins cannot be expressed here.
    """
    for kind, answer in ANSWERS.items():
        headers = {"Cache-Control": "'no-store'"}
        if answer.retry_after:
            headers["Retry-After"] = f"'{answer.retry_after}'"
        if cors_origins == "*":
            headers["Access-Control-Allow-Origin"] = "'*'"
        gateway.put_gateway_response(
            restApiId=api_id,
            responseType=kind,
            responseParameters={f"gatewayresponse.header.{name}": value for name, value in headers.items()},
            responseTemplates={"application/json": _template(answer)},
            **({"statusCode": answer.status} if answer.status else {}),
        )
    gateway.create_deployment(restApiId=api_id, stageName=_STAGE)


def limit_calls(gateway: Any, api_id: str, throttling: Throttling) -> None:
    """Set what the stage lets through, for all methods together; above it clients get 429. May be repeated.

    Without it, one stage may use up the calls a second that the account's region has for all its APIs.
    """
    limits = {"rateLimit": throttling["rate"], "burstLimit": throttling["burst"]}
    operations = [
        {"op": "replace", "path": f"/*/*/throttling/{name}", "value": str(value)} for name, value in limits.items()
    ]
    gateway.update_stage(restApiId=api_id, stageName=_STAGE, patchOperations=operations)


def _template(answer: _Answer) -> str:
    told = {"Errors": answer.text, "code": answer.code, "detail": answer.text}
    body = {"Status": False, **told, "request_id": "$context.requestId"}
    return json.dumps(body, ensure_ascii=False)
