"""Requests of DynamoDB as they are: items in wire form are JSON already.

botocore walks every value of a request along its model before it writes it as JSON, and writes six bytes for a Cyrillic
letter. For batches and transactions that takes longer than everything else that is done about them here, and more of
DynamoDB's time to read. The answers' twin is ``parsers.py``.
"""

import json
from typing import Any

_MANY_ITEMS = frozenset({"BatchWriteItem", "BatchGetItem", "TransactWriteItems"})
_KEPT = "items_as_they_are"


def send_items_as_they_are(client: Any) -> None:
    """Have this client send the parameters of calls about many items as they are; they must hold no bytes.

    Only for a client that does not validate parameters, as PynamoDB's does not.
    """
    # For every call and last, so that what others add to the parameters (botocore: a transaction's token) is sent, too.
    client.meta.events.register_last("before-parameter-build", _keep)
    for operation in _MANY_ITEMS:
        client.meta.events.register_first(f"before-call.dynamodb.{operation}", _send)


def _keep(params: dict[str, Any], model: Any, context: dict[str, Any], **_: Any) -> None:
    if model.name not in _MANY_ITEMS:
        return
    context[_KEPT] = dict(params)
    # botocore looks for the names of tables here when it chooses the endpoint.
    for name, items in params.items():
        if name == "RequestItems":
            params[name] = {table: type(wanted)() for table, wanted in items.items()}
        elif name == "TransactItems":
            params[name] = []


def _send(params: dict[str, Any], context: dict[str, Any], **_: Any) -> None:
    params["body"] = json.dumps(context[_KEPT], ensure_ascii=False, separators=(",", ":")).encode()
