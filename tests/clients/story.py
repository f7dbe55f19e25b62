"""The buyer's story through the client that openapi-python-client generates, checked by mypy with the client itself.

``story.py register BASE EMAIL PASSWORD``, then ``story.py order BASE EMAIL PASSWORD CONFIRMATION_TOKEN SHOP_ID``.
"""

import sys
from typing import TypeVar

from retail_orders_api_client import AuthenticatedClient, Client
from retail_orders_api_client.api.accounts import (
    user_contact_add,
    user_contact_delete,
    user_contacts,
    user_details,
    user_login,
    user_register,
    user_register_confirm,
)
from retail_orders_api_client.api.basket import basket, basket_add, basket_bulk, basket_change, basket_remove
from retail_orders_api_client.api.catalogue import categories, product, products, shops
from retail_orders_api_client.api.orders import order_cancel, order_one, order_place, order_repeat, orders
from retail_orders_api_client.models import (
    AccountDetails,
    Basket,
    BulkItem,
    BulkItems,
    ChangedItem,
    ChangedItems,
    Confirmation,
    Contact,
    ContactForm,
    Created,
    Deletion,
    Done,
    EntryResults,
    Login,
    MoveRefusal,
    NamedNumberedPage,
    NewItem,
    NewItems,
    OfferInfo,
    OfferInfoPage,
    OrderCanceled,
    OrderCard,
    OrderRepeated,
    Placed,
    Placement,
    ProductCard,
    ProductsSort,
    Registration,
    RowsChanged,
    RowsCreated,
    RowsRefusal,
    RowsRemoved,
    ShopEntryNumberedPage,
    Token,
)

AnswerT = TypeVar("AnswerT")


def expect(kind: type[AnswerT], answer: object) -> AnswerT:
    """Return the answer, which has to be of this kind."""
    if not isinstance(answer, kind):
        raise SystemExit(f"expected {kind.__name__}, got {answer!r}")
    return answer


def require(condition: bool, what: object) -> None:
    if not condition:
        raise SystemExit(f"not so: {what!r}")


def register(base: str, email: str, password: str) -> None:
    form = Registration(first_name="Анна", last_name="Круглова", email=email, password=password)
    expect(Done, user_register.sync(client=Client(base), body=form))


def order(base: str, email: str, password: str, confirmation: str, shop_id: str) -> None:
    anyone = Client(base)
    expect(Done, user_register_confirm.sync(client=anyone, body=Confirmation(email=email, token=confirmation)))
    session = expect(Token, user_login.sync(client=anyone, body=Login(email=email, password=password)))
    buyer = AuthenticatedClient(base, token=session.token)
    require(expect(AccountDetails, user_details.sync(client=buyer)).email == email, "own details")
    offer = find(anyone, int(shop_id))
    contact = contacts(buyer)
    fill(buyer, offer)
    placed = place(buyer, contact)
    look_at(buyer, placed, offer)


def find(anyone: Client, shop_id: int) -> OfferInfo:
    named = expect(ShopEntryNumberedPage, shops.sync(client=anyone, page_size=100))
    require(shop_id in {one.id for one in named.results}, named)
    require(expect(NamedNumberedPage, categories.sync(client=anyone)).count > 0, "categories")
    listed = expect(list, products.sync(client=anyone, shop_id=shop_id))
    page = expect(OfferInfoPage, products.sync(client=anyone, shop_id=shop_id, limit=1, sort=ProductsSort.NAME))
    require(len(page.results) == 1, page)
    offer = expect(OfferInfo, listed[0])
    card = expect(ProductCard, product.sync(offer.id, client=anyone))
    require(offer.price in {each.price for each in card.offers if each.id == offer.id}, card)
    return offer


def contacts(buyer: AuthenticatedClient) -> int:
    form = ContactForm(city="Тверь", street="Садовая", phone="+7 900 000-00-00")
    extra = expect(Created, user_contact_add.sync(client=buyer, body=form)).id
    kept = expect(Created, user_contact_add.sync(client=buyer, body=form)).id
    removed = expect(RowsRemoved, user_contact_delete.sync(client=buyer, body=Deletion(items=[extra])))
    require(removed.удалено_объектов == 1, removed)
    left = [expect(Contact, one).id for one in expect(list, user_contacts.sync(client=buyer))]
    require(left == [kept], left)
    return kept


def fill(buyer: AuthenticatedClient, offer: OfferInfo) -> None:
    new = NewItems(items=[NewItem(product_info=offer.id, quantity=2)])
    require(expect(RowsCreated, basket_add.sync(client=buyer, body=new)).создано_объектов == 1, "a row is new")
    bulk = BulkItems(items=[BulkItem(product_info=offer.id, quantity=1), BulkItem(product_info=1, quantity=1)])
    require(expect(EntryResults, basket_bulk.sync(client=buyer, body=bulk)).added == 1, "one of two is added")
    changed = ChangedItems(items=[ChangedItem(id=offer.id, quantity=3)])
    require(expect(RowsChanged, basket_change.sync(client=buyer, body=changed)).обновлено_объектов == 1, "changed")
    much = ChangedItems(items=[ChangedItem(id=offer.id, quantity=1_000_000)])
    refused = expect(RowsRefusal, basket_change.sync(client=buyer, body=much))
    require(refused.code == "rows_refused" and refused.rows[0].possible == offer.quantity, refused)


def place(buyer: AuthenticatedClient, contact: int) -> Placed:
    shown = expect(Basket, expect(list, basket.sync(client=buyer))[0])
    body = Placement(id=shown.id, contact=contact, version=shown.version)
    placed = expect(Placed, order_place.sync(client=buyer, body=body, idempotency_key=shown.version))
    again = order_place.sync_detailed(client=buyer, body=body, idempotency_key=shown.version)
    require(again.parsed == placed and again.headers["Idempotent-Replayed"] == "true", again)
    return placed


def look_at(buyer: AuthenticatedClient, placed: Placed, offer: OfferInfo) -> None:
    card = expect(OrderCard, order_one.sync(placed.id, client=buyer))
    require(card.number == placed.number and card.dt.tzinfo is not None, card)
    require(card.ordered_items[0].product_info.product.name == offer.product.name, card)
    require(len(expect(list, orders.sync(client=buyer))) == 1, "one order")
    canceled = expect(OrderCanceled, order_cancel.sync(placed.id, client=buyer))
    require(canceled.state == "canceled", canceled)
    expect(MoveRefusal, order_cancel.sync(placed.id, client=buyer))
    require(expect(OrderRepeated, order_repeat.sync(placed.id, client=buyer)).added == 1, "in the basket again")
    removed = expect(RowsRemoved, basket_remove.sync(client=buyer, body=Deletion(items=[offer.id])))
    require(removed.удалено_объектов == 1, removed)


if __name__ == "__main__":
    chapter, *arguments = sys.argv[1:]
    if chapter == "register":
        register(*arguments)
    else:
        order(*arguments)
