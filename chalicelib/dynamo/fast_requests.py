"""Requests to DynamoDB as plain JSON, without botocore's serialization: items in wire form are JSON but for bytes.

botocore walks every value of a request along its model, and writes six bytes per Cyrillic letter. For batches and
transactions that takes longer than all our own work on them, and DynamoDB longer to read. ``fast_answers.py`` does the
same for responses.
"""

import base64
import json
from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    from botocore.model import OperationModel

_MANY_ITEMS = frozenset({"BatchWriteItem", "BatchGetItem", "TransactWriteItems"})
_KEPT = "items_as_they_are"


def send_items_as_they_are(client: Any) -> None:
    """Make this client send the parameters of calls about many items unconverted, but for bytes.

    Only for a client without parameter validation, such as PynamoDB's.
    """
    # Last of all handlers, so that what others add to the parameters (botocore: a transaction's token) is sent too.
    client.meta.events.register_last("before-parameter-build", _keep)
    for operation in _MANY_ITEMS:
        client.meta.events.register_first(f"before-call.dynamodb.{operation}", _send)


def _keep(params: dict[str, object], model: "OperationModel", context: dict[str, object], **_: object) -> None:
    if model.name not in _MANY_ITEMS:
        return
    context[_KEPT] = dict(params)
    # botocore reads the names of tables here to choose the endpoint.
    for name, items in params.items():
        if name == "RequestItems":
            params[name] = {table: type(wanted)() for table, wanted in cast("dict[str, object]", items).items()}
        elif name == "TransactItems":
            params[name] = []


def _send(params: dict[str, object], context: dict[str, object], **_: object) -> None:
    text = json.dumps(context[_KEPT], ensure_ascii=False, separators=(",", ":"), default=_in_base64)
    params["body"] = text.encode()


def _in_base64(value: object) -> str:
    """Return a binary value as the protocol has it. Raises TypeError for anything else that is not JSON."""
    if not isinstance(value, bytes):
        raise TypeError(f"{value!r} cannot be sent")
    return base64.b64encode(value).decode()
