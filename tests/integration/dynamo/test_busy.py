"""What DynamoDB refuses because of load, or of somebody's transaction, is tried again; then the client is asked to."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from moto.core.botocore_stubber import BotocoreStubber

from chalicelib.models.accounts import User
from tests.integration.world import Person, World, good

CONFLICT, THROTTLED = "TransactionConflictException", "ProvisionedThroughputExceededException"


@contextmanager
def refusing(operation: str, code: str, times: int) -> Iterator[list[str]]:
    """DynamoDB answers like this to the next ``times`` requests of the operation; yields one entry for each."""
    refused: list[str] = []
    real = BotocoreStubber.process_request

    def answer(stubber: Any, request: Any) -> Any:
        if f".{operation}" not in str(request.headers.get("X-Amz-Target")) or len(refused) >= times:
            return real(stubber, request)
        refused.append(code)
        return 400, {}, json.dumps({"__type": f"com.amazonaws.dynamodb.v20120810#{code}", "message": "Not now"})

    with pytest.MonkeyPatch.context() as monkeypatch:
        monkeypatch.setattr(BotocoreStubber, "process_request", answer)
        yield refused


@pytest.fixture(autouse=True)
def _no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("botocore.endpoint.time.sleep", lambda _: None)


@pytest.fixture
def shop(world: World) -> Person:
    return world.shop("shop@a.example", good(1))


def test_a_write_that_meets_a_transaction_is_made_again(shop: Person, buyer: Person) -> None:
    with refusing("PutItem", CONFLICT, 3) as refused:
        assert buyer.add((shop.sells(1), 2)).status == 200
    assert len(refused) == 3
    assert buyer.basket()["ordered_items"][0]["quantity"] == 2


def test_a_write_that_only_meets_transactions_has_the_client_come_again(shop: Person, buyer: Person) -> None:
    with refusing("PutItem", CONFLICT, 99) as refused:
        answer = buyer.add((shop.sells(1), 2))
    assert (answer.status, answer.body["code"], answer.headers["Retry-After"]) == (429, "busy", "1")
    assert len(refused) == 6
    assert buyer.get("/basket").body == []


def test_a_failed_condition_is_not_tried_again(buyer: Person) -> None:
    with refusing("UpdateItem", "ConditionalCheckFailedException", 99) as refused:
        assert not User.at(buyer.user_id).update_where(User.pk.exists(), [User.blocked.set(True)])
    assert len(refused) == 1


@pytest.mark.parametrize("operation", ["GetItem", "BatchGetItem", "Query"])
def test_a_throttled_read_asks_the_client_to_retry(shop: Person, buyer: Person, operation: str) -> None:
    with refusing(operation, THROTTLED, 99) as refused:
        answer = buyer.get("/products?limit=10") if operation == "Query" else buyer.add((shop.sells(1), 2))
    assert (answer.status, answer.body["code"]) == (429, "busy")
    assert len(refused) > 1
