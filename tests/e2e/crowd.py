"""Many buyers at once. Their accounts are written straight into the tables: how one registers is tested elsewhere."""

import time
from threading import Semaphore
from typing import Any

from chalicelib import clock
from chalicelib.accounts.sessions import LIFETIME
from chalicelib.accounts.tokens import new_token, token_hash
from chalicelib.ids import new_id
from chalicelib.models.accounts import Contact, Session, User
from tests.e2e.conftest import RunningStack
from tests.e2e.service import Service


class Buyer:
    """Somebody who orders, over a connection of their own; ``turns`` limits how many talk at the same moment."""

    def __init__(self, stack: RunningStack, turns: Semaphore) -> None:
        self.service, self._turns = Service(stack), turns
        self._asked: list[int] = []
        user_id, self.contact = new_id(), new_id()
        self.token = new_token(user_id)
        user, session = User.at(user_id), Session.at(user_id, token_hash(self.token))
        user.user_id, user.role, user.email = user_id, "buyer", f"buyer-{user_id}@e2e.example"
        user.password_hash, user.confirmed, user.created_at = "-", True, clock.stamp(clock.now())
        session.user_id, session.role, session.created_at = user_id, "buyer", user.created_at
        session.expires_at = clock.now() + LIFETIME
        contact = Contact.at(user_id, self.contact)
        contact.city, contact.street, contact.phone = "Тверь", "Садовая", "+7 900 000-00-00"
        table = f"{stack.stage.environment['TABLE_PREFIX']}-accounts"
        for item in (user, session, contact):
            stack.client("dynamodb").put_item(TableName=table, Item=item.serialize())

    def call(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        """A call; what the function's machine refuses for want of room is tried again, as a client would."""
        for _ in range(20):
            with self._turns:
                answer = self.service.call(method, path, self.token, json=body, headers=headers)
            time.sleep(0.01)  # without it whoever has talked talks on, before anybody who waits has woken up
            if answer.status_code not in {429, 502, 503, 504}:
                break
        return answer

    def order(self, items: list[dict[str, int]], key: str) -> tuple[int, Any]:
        """Put these goods into an empty basket and order them, twice with the same key; return status and body."""
        # An order that was refused left its rows in the basket.
        self.call("DELETE", "/basket", {"items": self._asked})
        self._asked = [item["product_info"] for item in items]
        added = self.call("POST", "/basket", {"items": items})
        if added.status_code != 200:
            return added.status_code, added.json()
        basket = self.call("GET", "/basket").json()
        body = {"id": basket[0]["id"], "contact": self.contact, "version": basket[0]["version"]}
        headers = {"Idempotency-Key": key}
        placed = self.call("POST", "/order", body, **headers)
        if placed.status_code == 200:
            again = self.call("POST", "/order", body, **headers)
            assert (again.status_code, again.json()) == (200, placed.json())
        return placed.status_code, placed.json()

    def orders(self) -> list[dict[str, Any]]:
        """The buyer's own orders, from the last to the first."""
        found, more = [], "/order?limit=100"
        while more:
            page = self.call("GET", more).json()
            found += page["results"]
            more = page["next"] and f"/order?limit=100&cursor={page['next']}"
        return found
