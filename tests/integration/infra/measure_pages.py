"""Runs under the interpreter of `.venv-stack`: prints how long a page of 50 takes in the patched DynamoDB of ministack.

The answer is JSON: the best of many times, in seconds, out of 100 items of an index and out of 10,000.
"""

import asyncio
import json
import sys
import time
from typing import Any

from ministack.services import dynamodb

from infra.local import quick_dynamodb, sorted_partitions

ITEMS = {"few": 100, "many": 10_000}


def call(operation: str, **request: Any) -> Any:
    headers = {"x-amz-target": f"DynamoDB_20120810.{operation}"}
    status, _, body = asyncio.run(dynamodb.handle_request("POST", "/", headers, json.dumps(request).encode(), {}))
    assert status == 200, body
    return json.loads(body)


def schema(partition: str, sort: str) -> list[dict[str, str]]:
    return [{"AttributeName": partition, "KeyType": "HASH"}, {"AttributeName": sort, "KeyType": "RANGE"}]


def fill() -> None:
    call(
        "CreateTable",
        TableName="words",
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": name, "AttributeType": "S"} for name in ("pk", "sk", "gh", "word")],
        KeySchema=schema("pk", "sk"),
        GlobalSecondaryIndexes=[
            {"IndexName": "by_word", "KeySchema": schema("gh", "word"), "Projection": {"ProjectionType": "ALL"}}
        ],
    )
    for group, count in ITEMS.items():
        for number in range(count):
            item = {"pk": f"{group}{number % 7}", "sk": str(number), "gh": group, "word": f"{number:06d}"}
            wire = {name: {"S": value} for name, value in item.items()}
            dynamodb._set_item(dynamodb._tables["words"], item["pk"], item["sk"], wire)


def page(group: str) -> float:
    condition = {"KeyConditionExpression": "gh = :h", "ExpressionAttributeValues": {":h": {"S": group}}}
    began = time.perf_counter()
    found = call("Query", TableName="words", IndexName="by_word", Limit=50, **condition)
    assert found["Count"] == 50
    return time.perf_counter() - began


if __name__ == "__main__":
    quick_dynamodb.apply(dynamodb)
    sorted_partitions.apply(dynamodb)
    fill()
    # In turn, so that a busy moment of the machine meets both.
    took = [{group: page(group) for group in ITEMS} for _ in range(30)]
    sys.stdout.write(json.dumps({group: min(times[group] for times in took) for group in ITEMS}))
