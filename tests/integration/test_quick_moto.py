"""The moto of these tests answers as moto does."""

from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from moto import mock_aws

from chalicelib import aws
from tests.integration import quick_moto

TABLE = "words"
EVERY_KIND: dict[str, Any] = {
    "text": {"S": "слово"},
    "empty": {"S": ""},
    "number": {"N": "-1.5"},
    "yes": {"BOOL": True},
    "nothing": {"NULL": True},
    "bytes": {"B": b"\x00\xff"},
    "texts": {"SS": ["a", "b"]},
    "numbers": {"NS": ["1", "2"]},
    "many_bytes": {"BS": [b"a", b"b"]},
    "several": {"L": [{"S": "a"}, {"M": {"b": {"N": "1"}, "c": {"B": b"c"}}}, {"L": []}]},
    "nested": {"M": {"S": {"S": "named as a kind"}, "deep": {"M": {"L": {"BOOL": False}}}}},
}


def answers() -> list[Any]:
    """What moto says to each kind of call the service makes, and to some that fail."""
    with mock_aws():
        client, said = boto3.client("dynamodb"), []
        client.create_table(
            TableName=TABLE,
            BillingMode="PAY_PER_REQUEST",
            AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
            KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
        )

        def ask(operation: str, **request: Any) -> None:
            try:
                answer = getattr(client, operation)(**request)
            except ClientError as failure:
                answer = failure.response
            answer.pop("ResponseMetadata")
            said.append(answer)

        for name in "ab":
            ask("put_item", TableName=TABLE, Item={"pk": {"S": name}, **EVERY_KIND})
        update = {
            "TableName": TABLE,
            "Key": {"pk": {"S": "a"}},
            "UpdateExpression": "SET #n = #n + :one, #t = if_not_exists(elsewhere, #t), nested.deep.more = :one "
            "REMOVE nothing, several[0] ADD texts :texts, counted :one DELETE numbers :gone",
            "ConditionExpression": "attribute_exists(pk) AND (#n < :one OR contains(texts, :one)) AND NOT #n IN (:one)",
            "ExpressionAttributeNames": {"#n": "number", "#t": "text"},
            "ExpressionAttributeValues": {
                ":one": {"N": "1"},
                ":texts": {"SS": ["c"]},
                ":gone": {"NS": ["2"]},
            },
        }
        ask("update_item", **update, ReturnValues="ALL_NEW")
        ask("update_item", **{**update, "Key": {"pk": {"S": "c"}}})
        ask("update_item", **{**update, "UpdateExpression": "SET pk = :one"})
        ask("update_item", **{**update, "UpdateExpression": "SET ="})
        put = {"Put": {"TableName": TABLE, "Item": {"pk": {"S": "d"}, **EVERY_KIND}}}
        refused = {
            "ConditionCheck": {
                "TableName": TABLE,
                "Key": {"pk": {"S": "b"}},
                "ConditionExpression": "attribute_not_exists(pk)",
                "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
            }
        }
        delete = {"Delete": {"TableName": TABLE, "Key": {"pk": {"S": "b"}}}}
        ask("transact_write_items", TransactItems=[{"Update": update}, put, refused])
        ask("transact_write_items", TransactItems=[put, put])
        ask("scan", TableName=TABLE)
        ask("transact_write_items", TransactItems=[put, delete])
        ask("batch_get_item", RequestItems={TABLE: {"Keys": [{"pk": {"S": name}} for name in "abd"]}})
        ask("query", TableName=TABLE, KeyConditionExpression="pk = :d", ExpressionAttributeValues={":d": {"S": "d"}})
        ask("get_item", TableName=TABLE, Key={"pk": {"S": "nobody"}})
        # Without sets, which moto answers in any order.
        for projection in ("pk, #n", "nested.deep.M, several[1].b, absent", "several, bytes", "empty"):
            names = {"ExpressionAttributeNames": {"#n": "number"}} if "#n" in projection else {}
            ask("get_item", TableName=TABLE, Key={"pk": {"S": "d"}}, ProjectionExpression=projection, **names)
            ask("scan", TableName=TABLE, ProjectionExpression=projection, **names)
        for size in (400_000, 404_985, 410_000):
            ask("put_item", TableName=TABLE, Item={"pk": {"S": "large"}, "text": {"S": "x" * size}})
        s3 = aws.client("s3")
        s3.create_bucket(Bucket="words")
        said.append(
            [s3.put_object(Bucket="words", Key="k", Body=b"x")["ETag"], s3.list_objects_v2(Bucket="words")["KeyCount"]]
        )
    return said


def test_it_answers_as_moto_does(monkeypatch: pytest.MonkeyPatch) -> None:
    quick = answers()
    for owner, name, _, as_it_comes in quick_moto.REPLACED:
        monkeypatch.setattr(owner, name, as_it_comes)
    assert quick == answers()
