"""Whether the IAM policy of a function allows the calls to DynamoDB that it makes; moto itself allows everything.

A function is at work while Chalice's test client invokes it, or the sweeper looks at what is due. What others do
meanwhile, as tests have it, is not its own.
"""

import json
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from fnmatch import fnmatchcase
from functools import cache, wraps
from typing import Any

import pytest
from chalice.test import TestHTTPClient, TestLambdaClient

from chalicelib.dynamo.connection import connection
from chalicelib.sweeping import _Run
from infra.settings import PROJECT_ROOT

_at_work: ContextVar[str] = ContextVar("_at_work", default="")
#: The action that IAM asks for where it is not the name of the operation.
_IN_TRANSACTION = {
    "Put": "PutItem",
    "Update": "UpdateItem",
    "Delete": "DeleteItem",
    "ConditionCheck": "ConditionCheckItem",
}


@contextmanager
def at_work(function: str) -> Iterator[None]:
    """Make the calls inside those of this function; of none, where it is empty."""
    token = _at_work.set(function)
    try:
        yield
    finally:
        _at_work.reset(token)


@contextmanager
def permissions_checked() -> Iterator[None]:
    """Fail at the end if a function has made a call that its policy does not allow."""
    refused = set[str]()

    def check(params: dict[str, Any], model: Any, **_: Any) -> None:
        if function := _at_work.get():
            for action, table, key in _asked(model.name, params):
                if not is_allowed(function, action, table, key):
                    refused.add(f"{function}: dynamodb:{action} on {table}, {key or 'any key'}")

    events = connection().client.meta.events
    with pytest.MonkeyPatch.context() as monkeypatch:
        monkeypatch.setattr(TestLambdaClient, "invoke", _acting(TestLambdaClient.invoke, lambda name: name))
        monkeypatch.setattr(TestHTTPClient, "request", _acting(TestHTTPClient.request, lambda _: "api_handler"))
        monkeypatch.setattr(_Run, "each", _acting(_Run.each, lambda _: "sweep"))
        events.register("provide-client-params.dynamodb", check)
        try:
            yield
        finally:
            events.unregister("provide-client-params.dynamodb", check)
    assert not refused, f"the policies do not allow {sorted(refused)}"


@cache
def is_allowed(function: str, action: str, table: str, key: str) -> bool:
    """Return whether the policy of the function allows this; ``key`` is the kind of the partition, "" if unknown."""
    path = PROJECT_ROOT / ".chalice" / f"policy-{function}.json"
    arn = f"arn:aws:dynamodb:us-east-1:123456789012:table/{table}"
    return any(
        f"dynamodb:{action}" in statement["Action"]
        and any(fnmatchcase(arn, pattern) for pattern in statement["Resource"])
        and _has_key(statement, key)
        for statement in json.loads(path.read_text(encoding="utf-8"))["Statement"]
    )


def _has_key(statement: Any, key: str) -> bool:
    wanted = statement.get("Condition", {}).get("ForAllValues:StringLike", {}).get("dynamodb:LeadingKeys", ["*"])
    return not key or any(fnmatchcase(key, pattern) for pattern in wanted)


def _asked(operation: str, params: dict[str, Any]) -> Iterable[tuple[str, str, str]]:
    """Yield what IAM is asked for a call: action, table or index, and the kind of each partition (``SHOP#``)."""
    for table, wanted in params.get("RequestItems", {}).items():
        keys = wanted["Keys"] if "Keys" in wanted else [next(iter(one.values())) for one in wanted]
        yield from {(operation, table, _kind(one.get("Key", one.get("Item", one)))) for one in keys}
    for one in params.get("TransactItems", []):
        for name, part in one.items():
            yield _IN_TRANSACTION.get(name, "GetItem"), part["TableName"], _kind(part.get("Key", part.get("Item")))
    if "TableName" in params:
        index = f"/index/{params['IndexName']}" if "IndexName" in params else ""
        yield operation, f"{params['TableName']}{index}", _kind(params.get("Key", params.get("Item")))


def _kind(key: dict[str, Any] | None) -> str:
    """Return what the partition key begins with, "" if it is not known: of a Query it is in an expression."""
    name, mark, _ = key["pk"]["S"].partition("#") if key else ("", "", "")
    return f"{name}{mark}"


def _acting(plain: Callable[..., Any], named: Callable[[Any], str]) -> Any:
    @wraps(plain)
    def acting(owner: Any, first: Any, *more: Any, **others: Any) -> Any:
        with at_work(named(first)):
            return plain(owner, first, *more, **others)

    return acting
