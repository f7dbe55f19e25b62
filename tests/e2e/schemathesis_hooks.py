"""What a schema cannot say, told to schemathesis: loaded by it, see test_schemathesis.

``positive_data_acceptance`` presumes that the schema alone decides. Here a request that fits the schema may be refused
with 400 for the reasons below and for no other.
"""

import math
from typing import Any

import schemathesis
from schemathesis.openapi.checks import RejectedPositiveData
from schemathesis.specs.openapi.checks import positive_data_acceptance

# Codes of refusals by the state of things, not by the form of the request.
STATEFUL_CODES = {
    "wrong_token",  # a token is good because it was mailed, not because it looks like one
    "sort_unavailable",  # whether a list can be sorted depends on how long it is
}
# Fields that a text can fill rightly in form and still wrongly.
STATEFUL_FIELDS = {
    "cursor": "sealed with a checksum: no cursor is good that no answer gave",
    "until": "must lie in the future",
    "password": "may not be part of the e-mail address of the same request",
    "price_max": "may not be below price_min",
    "key": "names a stored file",
}

# The texts of rows that name what is not there.
NO_SUCH = ("Нет товара", "Нет позиции")


@schemathesis.check
def valid_requests_are_accepted(ctx: Any, response: Any, case: Any) -> None:
    """``positive_data_acceptance``, but for what no schema can express."""
    try:
        positive_data_acceptance(ctx, response, case)
    except RejectedPositiveData:
        if response.status_code != 400 or not _excused(response.json(), case.body):
            raise


def _excused(refusal: dict[str, Any], body: object) -> bool:
    if refusal["code"] == "invalid_fields":
        return all(
            field in STATEFUL_FIELDS or texts[0].startswith(NO_SUCH) or _is_json_text(field, body)
            for field, texts in refusal["Errors"].items()
        )
    return refusal["code"] in STATEFUL_CODES or (refusal["code"] == "unreadable_body" and _extreme(body))


def _is_json_text(field: str, body: object) -> bool:
    """JSON inside a text: a schema sees a text only."""
    return field.split(".")[0] == "items" and isinstance(body, dict) and isinstance(body.get("items"), str)


def _extreme(body: object) -> bool:
    """A number with an exponent beyond 30, which the description of the API rules out for all bodies."""
    if isinstance(body, float):
        return body != 0 and abs(math.log10(abs(body))) >= 30
    parts = body.values() if isinstance(body, dict) else body if isinstance(body, list) else ()
    return any(_extreme(part) for part in parts)
