"""What a schema cannot say, for schemathesis, which loads this module; see test_schemathesis.

``positive_data_acceptance`` presumes that the schema alone decides. Here a request that fits the schema may be refused
with 400 or 422 for the reasons below and for no other. ``negative_data_rejection`` presumes that nothing else is
accepted. Here published clients write values in further forms, which request schemas list, and nothing beyond those.
"""

import json
import math
import re
from functools import cache
from pathlib import Path
from typing import Any

import schemathesis
from schemathesis.core import NotSet
from schemathesis.core.failures import AcceptedNegativeData
from schemathesis.openapi.checks import RejectedPositiveData
from schemathesis.specs.openapi.checks import negative_data_rejection, positive_data_acceptance

from tests.e2e.tolerance import body_is_tolerated, query_is_tolerated

LOCALES = Path(__file__).parents[2] / "chalicelib/locales"
# Codes of refusals by the state of things, not by the form of the request.
STATEFUL_CODES = {
    "wrong_token",  # a token is good because it was mailed, not because it looks like one
    "idempotency_key_reused",  # a key is good for the first request that has it, and for no other within a day
    "sort_unavailable",  # whether a list can be sorted depends on how long it is
}
# Faults that a field may have although it is right in form, by their texts. The schema has to rule out any other.
STATEFUL_FAULTS = {
    "cursor": ("cursor",),  # sealed with a checksum: no cursor is good that no answer gave
    "until": ("future",),
    "password": ("password_email", "password_common"),  # not of the address in the same request, not a well-known one
    "current_password": ("password_wrong",),  # is that of the account
    "price_max": ("too_small",),  # may not be below price_min
    "key": ("stored_file",),
    "reason": ("cancel_reason",),  # has to be given where the state is canceled
    "into": ("same_category", "unknown_category"),  # not the category of the path
    "items": ("unknown_offer", "unknown_row", "arrived_rows"),  # rows, or the word that all of them arrived
    "groups": ("synonym_empty", "synonyms_few"),  # of punctuation alone
}


@schemathesis.check
def valid_requests_are_accepted(ctx: Any, response: Any, case: Any) -> None:
    """``positive_data_acceptance``, but for what no schema can express."""
    try:
        positive_data_acceptance(ctx, response, case)
    except RejectedPositiveData:
        if response.status_code not in {400, 422} or not _excused(response.json(), case.body):
            raise


@schemathesis.check
def invalid_requests_are_refused(ctx: Any, response: Any, case: Any) -> None:
    """``negative_data_rejection``, but for the forms of values that are accepted and not described."""
    try:
        negative_data_rejection(ctx, response, case)
    except AcceptedNegativeData:
        if not _tolerated(case):
            raise


def _tolerated(case: Any) -> bool:
    operation = case.operation.definition.raw["operationId"]
    has_body = not isinstance(case.body, NotSet)
    return (not has_body or body_is_tolerated(operation, str(case.media_type), case.body)) and query_is_tolerated(
        operation, dict(case.query or {})
    )


def _excused(refusal: dict[str, Any], body: object) -> bool:
    if refusal["code"] == "invalid_fields":
        return all(_stateful(field.split(".")[0], told) for field, texts in refusal["Errors"].items() for told in texts)
    return refusal["code"] in STATEFUL_CODES or (refusal["code"] == "unreadable_body" and _extreme(body))


def _stateful(field: str, told: str) -> bool:
    return any(_pattern(key).fullmatch(told) for key in STATEFUL_FAULTS.get(field, ()))


@cache
def _pattern(key: str) -> re.Pattern[str]:
    """What texts of this key look like, whatever is filled in."""
    template = json.loads((LOCALES / "ru" / "errors.json").read_text("utf-8"))[f"field.{key}"]
    return re.compile(".*".join(re.escape(part) for part in re.split(r"{\w+}", template)))


def _extreme(body: object) -> bool:
    """A number with an exponent beyond 30, which the description of the API rules out for all bodies."""
    if isinstance(body, float):
        return body != 0 and abs(math.log10(abs(body))) >= 30
    parts = body.values() if isinstance(body, dict) else body if isinstance(body, list) else ()
    return any(_extreme(part) for part in parts)
