"""What a smoke test leaves in a stage: found from its accounts, and deleted. Also makes the token that nobody can read.

The application runs in a child process (`python -m infra.operating.smoke_traces`), because it reads its settings once,
on import; see infra/operating/smoke.py. Accounts go last, since everything else is found from them.
"""

import json
import sys
from collections.abc import Iterable, Iterator
from datetime import timedelta
from typing import TYPE_CHECKING, TypedDict

import boto3

from chalicelib import clock
from chalicelib.accounts.links import DOCUMENTS, REPORT
from chalicelib.accounts.tokens import CONFIRM, new_token, token_hash
from chalicelib.accounts.users import find_user
from chalicelib.catalogue.categories import find_category
from chalicelib.catalogue.directory import changed
from chalicelib.models.accounts import AccountItem, Administrator, EmailLock, MailLink, OneTimeToken, user_key
from chalicelib.models.baskets import Basket
from chalicelib.models.catalogue import CATEGORIES, SHOPS, CatalogueItem, Category, Offer, Shop, shop_shard
from chalicelib.models.imports import Import, NewestFile, Turn
from chalicelib.models.jobs import JobItem
from chalicelib.models.mails import MAIL_STATUSES, Mail, QuietAddress
from chalicelib.models.orders import Order, OrderItem, order_key
from chalicelib.settings import settings
from infra.operating.storage import delete_versions

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

_TOKEN_LIFETIME = timedelta(minutes=15)


class Traces(TypedDict):
    """What a run is known by: addresses, its category, its start (a stamp), and the ids found of it so far."""

    emails: list[str]
    category: str
    since: str
    files: list[str]
    users: list[int]
    shops: list[int]
    orders: list[int]
    imports: list[int]


#: The class of a table, and a primary key of it without sort key for a whole partition.
Place = tuple[type[AccountItem | CatalogueItem | JobItem | OrderItem | Basket], str, str | None]


def make_token(email: str) -> str:
    """Return a new confirmation token of the account, as its mail would contain one."""
    user = find_user(email)
    if user is None:
        raise SystemExit(f"no account {email}")
    token = new_token(user.user_id)
    stored = OneTimeToken.at(user.user_id, CONFIRM, token_hash(token))
    stored.email, stored.expires_at, stored.epoch = user.email, clock.now() + _TOKEN_LIFETIME, user.token_epoch or 0
    stored.save()
    return token


def clean(known: Traces) -> Traces:
    """Delete everything of the run that can be found; return what is now known of it. Repeatable."""
    found = _find(known)
    s3 = boto3.client("s3")
    for prefix in _prefixes(found):
        delete_versions(s3, settings().files_bucket, prefix)
    dynamodb = boto3.client("dynamodb")
    for item, pk, sk in [*_places(found), *_accounts(found)]:
        _delete(dynamodb, item.Meta.table_name, pk, sk)
    for directory in (SHOPS, CATEGORIES):
        changed(directory)
    return found


def _find(known: Traces) -> Traces:
    users = [user for email in known["emails"] if (user := find_user(email)) is not None]
    ids = {*known["users"], *(user.user_id for user in users)}
    shops = {*known["shops"], *(user.shop_id for user in users if user.shop_id)}
    orders = {order.key_id for one in ids for order in Order.by_buyer.query(Order.buyer_partition(one))}
    imports = [one for shop in shops for one in Import.by_owner.query(Import.owner_partition(shop))]
    return {
        **known,
        "files": sorted({*known["files"], *(one.file_key for one in imports if one.file_key)}),
        "users": sorted(ids),
        "shops": sorted(shops),
        "orders": sorted({*known["orders"], *orders}),
        "imports": sorted({*known["imports"], *(one.import_id for one in imports)}),
    }


def _prefixes(found: Traces) -> Iterator[str]:
    for shop in found["shops"]:
        yield from (f"incoming/{shop}/", f"snapshots/{shop}/")
    for one in found["imports"]:
        yield from (f"plans/{one}/", f"reports/{one}/")
    for order in found["orders"]:
        yield f"documents/{order}/"


def _places(found: Traces) -> Iterator[Place]:
    """Yield everything but the accounts."""
    for mail in _mails(found):
        yield JobItem, Mail.at(mail).pk, None
    for order in found["orders"]:
        yield OrderItem, order_key(order), None
        yield AccountItem, MailLink.at(DOCUMENTS, order, "").pk, None
    for one in found["imports"]:
        yield JobItem, Import.at(one).pk, None
        yield AccountItem, MailLink.at(REPORT, one, "").pk, None
    for email in found["emails"]:
        yield JobItem, QuietAddress.at(email).pk, None
    for key in found["files"]:
        yield JobItem, NewestFile.at(key).pk, None
    for shop in found["shops"]:
        yield JobItem, Turn.at(shop).pk, None
        yield from ((CatalogueItem, Offer.at(offer).pk, None) for offer in _offers(shop))
        yield CatalogueItem, Shop.at(shop).pk, None
    category, _ = find_category(found["category"])
    if category is not None:
        yield CatalogueItem, Category.at(category.entity_id).pk, None
    for user in found["users"]:
        yield Basket, user_key(user), None


def _accounts(found: Traces) -> Iterator[Place]:
    for user in found["users"]:
        entry = Administrator.at(user)
        yield AccountItem, entry.pk, entry.sk
        yield AccountItem, user_key(user), None
    for email in found["emails"]:
        yield AccountItem, EmailLock.at(email).pk, None


def _offers(shop_id: int) -> Iterable[int]:
    shop = Shop.at(shop_id).find()
    for shard in range(shop.shards if shop is not None else 1):
        yield from (offer.offer_id for offer in Offer.by_shop.query(shop_shard(shop_id, shard)))


def _mails(found: Traces) -> set[int]:
    """Return the mails to the run's accounts and about what it made, of those written since it began."""
    mails = {mail.mail_id for order in found["orders"] for mail in Mail.by_order.query(Mail.order_key(order))}
    recipients = {f"user:{user}" for user in found["users"]}
    users, imports = set(found["users"]), set(found["imports"])
    for status in MAIL_STATUSES:
        for mail in Mail.by_status.query(Mail.status_partition(status), Mail.created_key >= found["since"]):
            about = mail.about
            if mail.recipient in recipients or about.get("user_id") in users or about.get("import_id") in imports:
                mails.add(mail.mail_id)
    return mails


def _delete(dynamodb: "DynamoDBClient", table: str, pk: str, sk: str | None) -> None:
    """Delete one item, or all of a partition."""
    if sk is not None:
        dynamodb.delete_item(TableName=table, Key={"pk": {"S": pk}, "sk": {"S": sk}})
        return
    pages = dynamodb.get_paginator("query").paginate(
        TableName=table,
        KeyConditionExpression="pk = :pk",
        ExpressionAttributeValues={":pk": {"S": pk}},
        ProjectionExpression="pk, sk",
        ConsistentRead=True,
    )
    for page in pages:
        for item in page["Items"]:
            dynamodb.delete_item(TableName=table, Key={"pk": item["pk"], "sk": item["sk"]})


def main() -> None:
    """Read what to do as JSON from standard input; write the result as JSON to standard output."""
    request = json.load(sys.stdin)
    if "token_for" in request:
        json.dump(make_token(request["token_for"]), sys.stdout)
    else:
        json.dump(clean(request["clean"]), sys.stdout)


if __name__ == "__main__":
    main()
