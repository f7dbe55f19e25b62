"""People: buyers, suppliers and administrators, registered by calls or made directly in the tables."""

from dataclasses import dataclass
from typing import Any

from chalicelib import clock
from chalicelib.accounts.sessions import open_session
from chalicelib.catalogue import directory
from chalicelib.catalogue.identity import offer_id
from chalicelib.catalogue.shops import new_shop
from chalicelib.ids import new_id
from chalicelib.models.accounts import Administrator, User
from chalicelib.models.catalogue import SHOPS, Offer
from tests.integration.world.calls import Answer
from tests.integration.world.lists import Lists, price_list, stock
from tests.integration.world.mails import Mails

PASSWORD = "correct horse 9"
CONTACT = {"city": "Тверь", "street": "Садовая", "house": "7", "phone": "+7 900 000-00-00", "first_name": "Анна"}


@dataclass
class People(Lists, Mails):
    """Makes people who can call the service."""

    def register(self, email: str, kind: str = "buyer", **more: str) -> str:
        """Create a confirmed account; return its token."""
        form = {"first_name": "Анна", "last_name": "Круглова", "email": email, "password": PASSWORD, "type": kind}
        assert self.call("POST", "/user/register", {**form, "company": f"ООО {email}", **more}).status == 200
        self.pump()
        confirm = {"email": email, "token": self.token_mailed_to(email)}
        assert self.call("POST", "/user/register/confirm", confirm).status == 200
        return self.login(email)

    def login(self, email: str, password: str = PASSWORD) -> str:
        return str(self.call("POST", "/user/login", {"email": email, "password": password}).body["Token"])

    def shop_of(self, token: str) -> int:
        return int(self.call("GET", "/partner/state", token=token).body["id"])

    def person(self, email: str, role: str = "buyer") -> "Person":
        """A confirmed account made directly in the tables, logged in; a shop's is named after the address."""
        shop_id = new_id() if role == "shop" else 0
        user = User.at(new_id())
        user.user_id, user.role, user.email, user.shop_id = int(user.pk.removeprefix("USER#")), role, email, shop_id
        user.first_name, user.last_name, user.company = "Анна", "Круглова", f"ООО {email}"
        user.password_hash, user.confirmed, user.created_at = "-", True, clock.stamp(clock.now())
        user.place()
        user.save()
        if role == "shop":
            new_shop(shop_id, user.company, user.user_id).save()
            directory.changed(SHOPS)
        if role == "administrator":
            Administrator(Administrator.PK, user.pk, user_id=user.user_id, email=email).save()
        return Person(self, email, open_session(user), user.user_id, shop_id)

    def shop(self, email: str, *goods: dict[str, Any], category: str = "Смартфоны") -> "Person":
        """A supplier whose shop sells these goods as if it had imported them, but no import of them is on record."""
        shop = self.person(email, "shop")
        stock(shop.shop_id, price_list(*goods, category=category))
        return shop

    def importing_shop(self, email: str, *goods: dict[str, Any]) -> "Person":
        """A supplier whose shop has imported these goods; the mail about the import has been sent."""
        shop = self.person(email, "shop")
        assert self.drop(shop.shop_id, price_list(*goods))
        return shop

    def move(self, order_id: int, state: str, token: str) -> Answer:
        return self.call("POST", f"/admin/orders/{order_id}/state", {"state": state}, token)


@dataclass(frozen=True)
class Person:
    """Somebody who calls, with what tests need to know of them."""

    world: People
    email: str
    token: str
    user_id: int
    shop_id: int

    def get(self, path: str, **more: str) -> Answer:
        return self.world.call("GET", path, token=self.token, **more)

    def post(self, path: str, body: Any = None, **more: str) -> Answer:
        return self.world.call("POST", path, body, self.token, **more)

    def put(self, path: str, body: Any = None, **more: str) -> Answer:
        return self.world.call("PUT", path, body, self.token, **more)

    def delete(self, path: str, body: Any = None, **more: str) -> Answer:
        return self.world.call("DELETE", path, body, self.token, **more)

    def offer(self, ext_id: Any) -> Offer:
        """The shop's good as it is stored."""
        return Offer.get(*Offer.key(self.sells(ext_id)), consistent_read=True)

    def sells(self, ext_id: Any) -> int:
        """The id of the shop's offer."""
        return offer_id(self.shop_id, str(ext_id))

    def add(self, *items: tuple[int, int]) -> Answer:
        """Put (offer, quantity) pairs into the basket."""
        return self.post("/basket", {"items": [{"product_info": offer, "quantity": n} for offer, n in items]})

    def basket(self) -> Any:
        """Return the basket as answered; fails if it is empty."""
        return self.get("/basket").body[0]

    def contact(self) -> int:
        """A new contact."""
        return int(self.post("/user/contact", CONTACT).body["id"])

    def place(self) -> Answer:
        """Order what is in the basket, to a new contact."""
        return self.post("/order", {"id": self.basket()["id"], "contact": self.contact()})

    def order(self, *items: tuple[int, int]) -> int:
        """Order these goods; return the order's id."""
        assert self.add(*items).status == 200
        return int(self.place().body["id"])

    def imported(self, import_id: int | None) -> Any:
        """One of the shop's imports as answered."""
        return self.get(f"/partner/imports/{import_id}").body
