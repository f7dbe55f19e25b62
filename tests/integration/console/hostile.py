"""A service in which every text that somebody may write is an attack on whoever reads it."""

from dataclasses import dataclass
from html.parser import HTMLParser

from chalicelib.accounts.tokens import token_hash
from chalicelib.administration.synonym_groups import id_of
from chalicelib.catalogue.identity import category_id
from chalicelib.catalogue.search.synonyms import Group
from chalicelib.models.mails import Mail
from tests.integration.world import Person, World, good, price_list

_USED: set[str] = set()
TURNS = "\N{RIGHT-TO-LEFT OVERRIDE}"


def attack(place: str) -> str:
    """A text that makes an element named after the place wherever it is not written as text.

    Then it turns around whatever is written behind it.
    """
    _USED.add(place)
    return f"\"'><xss-{place} onx=1>{{{{7*7}}}}</textarea>{TURNS}"


@dataclass(frozen=True)
class Hostile:
    """Who reads, by role; the ids for addresses; the places of attacks."""

    readers: dict[str, Person]
    ids: dict[str, str]
    places: frozenset[str]


class Marks(HTMLParser):
    """Collects what an attack would have made: elements, attributes, and links that run."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag.startswith("xss") or tag in {"base", "iframe", "object", "embed"}:
            self.found.append(tag)
        for name, value in attrs:
            runs = name in {"href", "src", "action", "formaction"} and ":" in (value or "").split("/")[0].split("?")[0]
            if name.startswith("on") or name == "style" or (runs and not (value or "").startswith("http")):
                self.found.append(f"{tag} {name}={value}")


def marks_of(html: str) -> list[str]:
    """What attacks made of a page."""
    marks = Marks()
    marks.feed(html)
    return marks.found + (["{{7*7}} was computed"] if "'&gt;49" in html else []) + ["turned"] * html.count(TURNS)


def hostile_world(world: World) -> Hostile:
    """Write attacks wherever the API takes a text."""
    admin, buyer = world.person("admin@us.example", "administrator"), world.person("buyer@b.example")
    shop = world.person("shop@a.example", "shop")
    for person, name in ((buyer, "buyer"), (shop, "shop")):
        details = {key: attack(f"{name}-{key.replace('_', '-')}") for key in ("first_name", "last_name", "company")}
        assert person.post("/user/details", details).status == 200
    contact = {key: attack(key) for key in ("city", "street", "house")}
    made = buyer.post("/user/contact", {**contact, "phone": "1", "last_name": attack("receiver")})
    assert made.status == 200, made.body
    goods = [_good(i) for i in range(1, 16)]
    world.drop(shop.shop_id, price_list(*goods, category=attack("category")), f"{attack('file').replace('/', '')}.yaml")
    offers = [shop.sells(1), shop.sells(2)]
    order = _order(shop, buyer, int(made.body["id"]), offers)
    world.pump()
    assert buyer.add((offers[0], 1)).status == 200
    kept = buyer.post("/lists", {"name": attack("list"), "basket": True})
    assert kept.status == 201, kept.body
    dearer = [{**one, "price": 900} for one in goods[:7]]
    waiting = world.drop(
        shop.shop_id, price_list(*dearer, {**_good(90), "price": attack("fault")}, category=attack("category"))
    )
    closed = {"state": "off", "reason": attack("closing"), "until": "2099-01-01T10:00:00Z"}
    assert shop.post("/partner/state", closed).status == 200
    bystander = world.person("bystander@x.example")
    assert admin.post(f"/admin/users/{bystander.user_id}/block", {"reason": attack("block")}).status == 200
    mail = Mail.at(admin.get("/admin/mails").body["results"][0]["id"]).require()
    mail.update(actions=[Mail.error.set(attack("mail"))])
    words = (f"\"'><xss-synonym onx=1>{TURNS}", "</textarea>{{7*7}}")
    assert admin.put("/admin/synonyms", {"version": 0, "groups": [{"words": words}]}).status == 200
    ids = {
        **{"order_id": order, "offer_id": offers[0], "shop_id": shop.shop_id, "list_id": kept.body["id"]},
        **{"import_id": waiting, "user_id": bystander.user_id, "contact_id": made.body["id"], "mail_id": mail.mail_id},
        **{"category_id": category_id(attack("category")), "session_id": token_hash(buyer.token)[:16]},
        "group_id": id_of(Group(words)),
    }
    readers = {"buyer": buyer, "shop": shop, "administrator": admin}
    return Hostile(readers, {name: str(value) for name, value in ids.items()}, frozenset(_USED))


def _good(number: int) -> dict[str, object]:
    texts = {"name": attack("name"), "model": f"{number}{attack('model')}", "description": attack("description")}
    return good(f"{number}", **texts, parameters={attack("parameter"): attack("value")})


def _order(shop: Person, buyer: Person, contact: int, offers: list[int]) -> int:
    """An order that was reduced, sent and counted, each with a reason."""
    buyer.add(*((offer, 4) for offer in offers))
    order = int(buyer.post("/order", {"id": buyer.basket()["id"], "contact": contact}).body["id"])
    less = {"items": [{"id": offers[0], "quantity": 3, "reason": attack("reduction")}]}
    assert shop.post(f"/partner/orders/{order}/rows", less).status == 200
    for state in ("confirmed", "assembled", "sent"):
        assert shop.post(f"/partner/orders/{order}/state", {"state": state}).status == 200
    arrived = {"shop": shop.shop_id, "items": [{"id": offers[1], "quantity": 1, "reason": attack("receipt")}]}
    counted = buyer.post(f"/order/{order}/receipt", arrived)
    assert counted.status == 200, counted.body
    return order
