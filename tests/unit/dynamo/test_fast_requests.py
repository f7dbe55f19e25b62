"""What is sent to DynamoDB about many items is what was asked for, letter for letter."""

import json
from typing import Any

import botocore.session
import pytest
from botocore.awsrequest import AWSResponse
from botocore.config import Config

from chalicelib.dynamo.fast_requests import send_items_as_they_are

ITEM = {
    "pk": {"S": "OFFER#1"},
    "name": {"S": 'Чай «Золотой» \\ " \u2028'},
    "price": {"N": "100"},
    "listed": {"BOOL": True},
}


class _Answer:
    def __init__(self, body: bytes) -> None:
        self.body = body

    def stream(self, **_: Any) -> Any:
        yield self.body


@pytest.fixture
def sent() -> list[Any]:
    return []


@pytest.fixture
def client(sent: list[Any]) -> Any:
    made = botocore.session.get_session().create_client(
        "dynamodb",
        region_name="eu-central-1",
        aws_access_key_id="made-up",
        aws_secret_access_key="made-up",
        config=Config(parameter_validation=False),
    )
    send_items_as_they_are(made)

    def keep(request: Any, **_: Any) -> AWSResponse:
        sent.append(request)
        return AWSResponse(request.url, 200, {}, _Answer(b"{}"))

    made.meta.events.register("before-send.dynamodb", keep)
    return made


def test_a_batch_to_write_is_sent_as_it_is(client: Any, sent: list[Any]) -> None:
    items = {"goods": [{"PutRequest": {"Item": ITEM}}]}
    client.batch_write_item(RequestItems=items)
    assert json.loads(sent[0].body) == {"RequestItems": items}
    assert "Чай «Золотой»".encode() in sent[0].body
    assert items == {"goods": [{"PutRequest": {"Item": ITEM}}]}


def test_a_batch_to_read_is_sent_as_it_is(client: Any, sent: list[Any]) -> None:
    asked = {"goods": {"Keys": [{"pk": ITEM["pk"]}], "ConsistentRead": True}}
    client.batch_get_item(RequestItems=asked)
    assert json.loads(sent[0].body) == {"RequestItems": asked}


def test_a_transaction_keeps_its_token_or_gets_one(client: Any, sent: list[Any]) -> None:
    writes = [{"Put": {"TableName": "goods", "Item": ITEM}}]
    client.transact_write_items(TransactItems=writes, ClientRequestToken="mine")
    client.transact_write_items(TransactItems=writes)
    first, second = (json.loads(request.body) for request in sent)
    assert first == {"TransactItems": writes, "ClientRequestToken": "mine"}
    assert second["TransactItems"] == writes
    assert len(second["ClientRequestToken"]) == 36


def test_the_signature_is_of_what_is_sent(client: Any, sent: list[Any]) -> None:
    client.batch_write_item(RequestItems={"goods": [{"PutRequest": {"Item": ITEM}}]})
    assert sent[0].headers["Content-Length"] == str(len(sent[0].body))
    assert sent[0].url == "https://dynamodb.eu-central-1.amazonaws.com/"
    assert b"AWS4-HMAC-SHA256" in sent[0].headers["Authorization"]


def test_bytes_are_sent_in_base64_and_nothing_else_is_guessed(client: Any, sent: list[Any]) -> None:
    client.transact_write_items(TransactItems=[{"Put": {"TableName": "goods", "Item": {"packed": {"B": b"x\x9c"}}}}])
    assert json.loads(sent[0].body)["TransactItems"][0]["Put"]["Item"] == {"packed": {"B": "eJw="}}
    with pytest.raises(TypeError, match="cannot be sent"):
        client.batch_write_item(RequestItems={"goods": [{"PutRequest": {"Item": {"odd": {"S": object()}}}}]})


def test_other_calls_are_sent_as_ever(client: Any, sent: list[Any]) -> None:
    client.get_item(TableName="goods", Key={"pk": ITEM["pk"]})
    assert json.loads(sent[0].body) == {"TableName": "goods", "Key": {"pk": ITEM["pk"]}}
