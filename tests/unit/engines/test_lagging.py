"""An index that lags shows what was written a while ago, and everything in the end."""

import json
import time
from collections.abc import Iterator
from typing import Any

import pytest

from tests.engines.lagging import LaggingIndexes
from tests.engines.proxy import Answer, Request

LAG = 0.3
TABLE = "retail-orders-test-orders"
KEY = {"pk": {"S": "ORDER#1"}, "sk": {"S": "ORDER"}}


class Engine:
    """As much of DynamoDB as copying needs."""

    def __init__(self) -> None:
        self.stored: dict[str, dict[str, Any]] = {}

    def __call__(self, request: Request) -> Answer:
        asked, told = json.loads(request.body), dict[str, Any]()
        match request.operation:
            case "PutItem":
                self.table(asked["TableName"])[asked["Item"]["pk"]["S"]] = asked["Item"]
            case "DeleteItem":
                self.table(asked["TableName"]).pop(asked["Key"]["pk"]["S"])
            case "BatchGetItem":
                wanted = asked["RequestItems"].items()
                told = {"Responses": {name: self.found(name, one["Keys"]) for name, one in wanted}}
            case "BatchWriteItem":
                for name, requests in asked["RequestItems"].items():
                    for one in requests:
                        self.write(name, one)
            case "Query":
                told = {"Items": list(self.table(asked["TableName"]).values())}
        return Answer(200, json.dumps(told).encode())

    def table(self, name: str) -> dict[str, Any]:
        return self.stored.setdefault(name, {})

    def found(self, name: str, keys: list[Any]) -> list[Any]:
        return [self.table(name)[key["pk"]["S"]] for key in keys if key["pk"]["S"] in self.table(name)]

    def write(self, name: str, request: Any) -> None:
        if "PutRequest" in request:
            self.table(name)[request["PutRequest"]["Item"]["pk"]["S"]] = request["PutRequest"]["Item"]
        else:
            self.table(name).pop(request["DeleteRequest"]["Key"]["pk"]["S"], None)


@pytest.fixture
def lagging() -> Iterator[LaggingIndexes]:
    made = LaggingIndexes(Engine(), "retail-orders-test", LAG)
    yield made
    made.close()


def ask(lagging: LaggingIndexes, operation: str, **body: Any) -> Any:
    answer = lagging(Request(operation, json.dumps({"TableName": TABLE, **body}).encode(), {}))
    assert answer is not None
    return json.loads(answer.content)


def states(lagging: LaggingIndexes, **index: str) -> list[str]:
    return [item["state"]["S"] for item in ask(lagging, "Query", **index)["Items"]]


def until(lagging: LaggingIndexes, expected: list[str]) -> float:
    """Seconds until the index shows this."""
    began = time.monotonic()
    while states(lagging, IndexName="by_state") != expected:
        assert time.monotonic() - began < 10
        time.sleep(0.01)
    return time.monotonic() - began


def test_an_index_shows_writes_and_deletions_later_than_the_table(lagging: LaggingIndexes) -> None:
    ask(lagging, "PutItem", Item={**KEY, "state": {"S": "new"}})
    assert (states(lagging), states(lagging, IndexName="by_state")) == (["new"], [])
    assert until(lagging, ["new"]) > LAG * 0.8
    ask(lagging, "DeleteItem", Key=KEY)
    assert (states(lagging), states(lagging, IndexName="by_state")) == ([], ["new"])
    assert until(lagging, []) > LAG * 0.8
