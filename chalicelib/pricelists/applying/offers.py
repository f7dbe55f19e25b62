"""Applying a chunk of a plan to the catalogue."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pynamodb.expressions.update import Action

from chalicelib.catalogue.identity import offer_id, product_id
from chalicelib.dynamo import batch_writing
from chalicelib.dynamo.fast_items import wire_item
from chalicelib.dynamo.reading import read_wire
from chalicelib.goods import OPTIONAL
from chalicelib.models.catalogue import Offer
from chalicelib.models.partitions import listed_keys, sold_partition
from chalicelib.pricelists.applying.places import Places
from chalicelib.pricelists.planning.plan_files import Chunk, Write

if TYPE_CHECKING:
    from chalicelib.dynamo.wire import AttributeMap

_LOOKED_UP = 100
# What sales change.
_STOCK = frozenset({"quantity", "sold", "sold_key"})


@dataclass(frozen=True, slots=True)
class Applied:
    """How many goods a chunk holds, and whether all have the ids the plan gave them."""

    goods: int
    exact: bool


def write_chunk(
    chunk: Chunk,
    shop_id: int,
    stamp: str,
    places: Places,
    *,
    again: bool,
    late: bool,
    may_write: Callable[[], bool],
) -> Applied:
    """Write every good of the chunk for the import of this stamp, and withdraw the goods it lists as gone.

    A chunk that was begun before (``again``) leaves alone what it wrote then, so that a sale since is not undone.
    What is written ``late``, days after its list perhaps, raises no stock of a good that was sold since the last list.
    Raises writing.OutOfTime when ``may_write`` says so; the chunk may be applied again.
    """

    def rewrite(write: Write) -> None:
        if not may_write():
            raise batch_writing.OutOfTime
        _rewrite(write, _values(write, shop_id, write.offer_id, stamp, places, None), stamp)

    def write(block: list[Write]) -> bool:
        ids = _new_ids(shop_id, [write for write in block if write.new])
        written = _written(block, ids, stamp) if again else frozenset()
        left = _left(block) if late else {}
        items = (
            _wire(write, shop_id, ids.get(write.good.ext_id, write.offer_id), stamp, places, left.get(write.offer_id))
            for write in block
            if write.good.ext_id not in written
        )
        batch_writing.write_items(Offer.Meta.table_name, items, may_write)
        return all(ids[write.good.ext_id] == write.offer_id for write in block if write.new)

    exact = all(batch_writing.in_parallel(write, _blocks([one for one in chunk.writes if not one.keeps_stock])))
    batch_writing.in_parallel(rewrite, [one for one in chunk.writes if one.keeps_stock])
    batch_writing.in_parallel(lambda gone: _withdraw(gone, stamp, may_write), chunk.gone)
    return Applied(len(chunk.writes) + len(chunk.gone), exact)


def _blocks(writes: list[Write]) -> list[list[Write]]:
    """Parts that are written at the same time: while one is looked up or put into form, another is on its way."""
    if len({write.offer_id for write in writes}) < len(writes):
        return [writes]  # two new goods want the same id: who writes them has to see both
    return list(batch_writing.batches(writes, _LOOKED_UP))


def _wire(write: Write, shop_id: int, identity: int, stamp: str, places: Places, left: int | None) -> "AttributeMap":
    return wire_item(Offer, _values(write, shop_id, identity, stamp, places, left))


def _values(
    write: Write, shop_id: int, identity: int, stamp: str, places: Places, left: int | None
) -> dict[str, object]:
    """Return the good as stored, its stock at most what is ``left`` if it was sold; the next list sets it again."""
    good, category = write.good, places.categories[write.good.category]
    # By the category's first name: a new one must not part a product's old offers from its new ones.
    product = product_id(category.origin, good.name, good.model, gtin=good.gtin)
    pk, sk = Offer.key(identity)
    return {
        "pk": pk,
        "sk": sk,
        "offer_id": identity,
        "shop_id": shop_id,
        "ext_id": good.ext_id,
        "digest": write.digest,
        "as_of": stamp,
        "listed": True,
        "sold": left is not None,
        "sold_key": None if left is None else sold_partition(shop_id),
        "name": good.name,
        "model": good.model,
        "product_id": product,
        "category_id": category.category_id,
        "category": category.name,
        "price": good.price,
        "price_rrc": good.price_rrc,
        "quantity": good.quantity if left is None else min(good.quantity, left),
        "parameters": good.parameters,
        # What most goods do not have costs them nothing: the model reads the default if the attribute is absent.
        **{field.name: None if (value := getattr(good, field.name)) == field.default else value for field in OPTIONAL},
        **listed_keys(
            offer_id=identity,
            shop=(shop_id, places.shop_shards),
            category=(category.category_id, category.shards),
            listing_shards=places.listing_shards,
            product_id=product,
            name=good.name,
            price=good.price,
        ),
    }


def _rewrite(write: Write, values: dict[str, object], stamp: str) -> None:
    """Change all of the offer but its stock, unless a newer import has written it.

    The list does not say how much there is, so a sale that was made since the list was planned counts.
    """
    actions: list[Action] = []
    for name in values.keys() - _STOCK - {"pk", "sk"}:
        attribute, value = Offer.get_attributes()[name], values[name]
        actions.append(attribute.remove() if value is None else attribute.set(value))
    Offer.at(write.offer_id).update_where(Offer.pk.exists() & (Offer.as_of <= stamp), actions)


def _new_ids(shop_id: int, new: list[Write]) -> dict[str, int]:
    """Return an id for each new good, derived from shop and supplier's id; skip ids of other goods."""
    ids: dict[str, int] = {}
    attempt, left = 0, [write.good.ext_id for write in new]
    while left:
        candidates = {ext_id: offer_id(shop_id, ext_id, attempt) for ext_id in left}
        owners = {
            int(raw["offer_id"]["N"]): (int(raw["shop_id"]["N"]), raw["ext_id"]["S"])
            for raw in _stored(set(candidates.values()))
        }
        for ext_id, identity in candidates.items():
            # The item may be our own good already: an earlier attempt at this chunk died after writing it.
            if owners.setdefault(identity, (shop_id, ext_id)) == (shop_id, ext_id):
                ids[ext_id] = identity
        left = [ext_id for ext_id in left if ext_id not in ids]
        attempt += 1
    return ids


def _written(writes: list[Write], ids: dict[str, int], stamp: str) -> frozenset[str]:
    """Return the supplier's ids of the goods that this import has written already."""
    identities = {ids.get(write.good.ext_id, write.offer_id) for write in writes}
    return frozenset(raw["ext_id"]["S"] for raw in _stored(identities) if raw["as_of"]["S"] == stamp)


def _left(writes: list[Write]) -> dict[int, int]:
    """Return the stock of those offers that were sold since their last list."""
    found = _stored({write.offer_id for write in writes if not write.new})
    return {int(raw["offer_id"]["N"]): int(raw["quantity"]["N"]) for raw in found if raw["sold"]["BOOL"]}


def _stored(identities: set[int]) -> "Iterator[AttributeMap]":
    return read_wire(Offer, map(Offer.key, identities))


def _withdraw(identity: int, stamp: str, may_write: Callable[[], bool]) -> None:
    """Keep the good but remove it from every list, unless a newer import has written it."""
    if not may_write():
        raise batch_writing.OutOfTime
    offer = Offer.at(identity)
    actions: list[Action] = [
        Offer.listed.set(False),
        Offer.as_of.set(stamp),
        Offer.list_key.set(f"0#{identity}"),
        Offer.category_key.remove(),
        Offer.listing_key.remove(),
        Offer.product_key.remove(),
    ]
    offer.update_where(Offer.pk.exists() & (Offer.as_of <= stamp), actions)
