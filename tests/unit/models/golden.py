"""Rewrites golden_items.json, for models and attributes that are added:

    .venv/bin/python -c 'import tests.conftest; from tests.unit.models.golden import main; main()'

The file has stored items in DynamoDB's wire form, each with what its model makes of it when it writes it back, and the
keys by which items are found. They come from the state that tests/e2e/upgrade keeps, which the service wrote itself,
and from each model's attributes: all of them, or the required ones only. What the file has already must stay as it is:
of a new attribute with a default the difference shows that default in ``written``, and nothing else.
"""

import base64
import json
import pkgutil
import tarfile
from collections.abc import Iterator
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from typing import Any

import chalicelib.models
from chalicelib.dynamo.item import Item, JSONText, PackedJSON

Wire = dict[str, Any]
KEPT = Path(__file__).parent / "golden_items.json"
_STATE = Path(__file__).parents[2] / "e2e" / "upgrade" / "state.tar.gz"
_AT_MOST = 4
_VALUES: dict[str, Any] = {
    "Integer": 9007199254740991,
    "UnicodeAttribute": "текст «Ё» 1",
    "BooleanAttribute": True,
    "TTLAttribute": datetime(2031, 1, 1, tzinfo=UTC),
    "NumberSetAttribute": {3, 11},
    "UnicodeSetAttribute": {"a", "б"},
}
# The arguments of the methods that build keys.
_KEYS: list[tuple[str, str, list[Any]]] = [
    ("User", "at", [7]),
    ("EmailLock", "at", ["ivan@shop.example"]),
    ("Contact", "at", [7, 8]),
    ("Session", "at", [7, "0123abcd"]),
    ("OneTimeToken", "at", [7, "confirm", "0123abcd"]),
    ("MailLink", "at", ["report", 7, "0123abcd"]),
    ("Administrator", "at", [7]),
    ("Throttle", "at", ["login", "ivan@shop.example"]),
    ("Offer", "at", [7]),
    ("Shop", "at", [7]),
    ("Category", "at", [7]),
    ("DirectoryPages", "at", ["CATEGORIES"]),
    ("Listing", "at", []),
    ("SearchPointer", "at", [1]),
    ("SynonymList", "at", []),
    ("SearchTurn", "at", []),
    ("Basket", "at", [7]),
    ("BasketKey", "at", [7, "key"]),
    ("SavedList", "at", [7, 8]),
    ("ListCount", "at", [7]),
    ("Order", "at", [7]),
    ("Part", "at", [7, 8]),
    ("RowsPage", "at", [7, 8, 12]),
    ("Event", "of", [7, "2026-11-23T15:48:10.123456Z", 8]),
    ("Import", "at", [7]),
    ("Mail", "at", [7]),
    ("CategoryMove", "at", [7]),
    ("QuietAddress", "at", ["ivan@shop.example"]),
    ("Counter", "at", ["orders"]),
    ("Progress", "at", [7]),
    ("Turn", "at", [7]),
    ("PricelistFormat", "at", [7]),
    ("Export", "at", [7]),
    ("ExportQuota", "at", ["shop:7"]),
    ("OrderJob", "at", ["placing", 7, 8]),
    ("OrderKey", "at", [7, "ключ"]),
    ("NewestFile", "at", ["incoming/7/прайс.yaml"]),
    ("Source", "at", [7]),
    ("Exchange", "at", [7]),
    ("CurrentExchange", "at", [7, "catalog", "0123abcd"]),
    ("KnownPart", "at", [7, 1001]),
    ("HandedOrders", "at", [7, "0123abcd"]),
    ("OrdersPosition", "at", [7]),
    ("Pulled", "at", [7, "https://shop.example/list.yml"]),
]


def models() -> dict[str, type[Item]]:
    """Return the models of stored items by their names, in the order of names, whatever was imported first."""
    for module in pkgutil.walk_packages(chalicelib.models.__path__, "chalicelib.models."):
        import_module(module.name)
    found = {one.__name__: one for one in _leaves(Item) if one.__module__.startswith("chalicelib.")}
    return dict(sorted(found.items()))


def written_back(name: str, stored: Wire) -> Wire:
    """What is written when the item was read by its model and is stored again."""
    return comparable(models()[name].from_raw_data(stored).serialize())


def key(name: str, method: str, arguments: list[Any]) -> list[str]:
    """The key under which the model looks for an item."""
    item = getattr(models()[name], method)(*arguments)
    return [item.pk, item.sk]


def comparable(item: Wire) -> Wire:
    """The item with its sets in order, and with bytes in base64, as DynamoDB sends them."""
    return {
        name: {kind: _in_json(kind, value) for kind, value in typed.items()} for name, typed in sorted(item.items())
    }


def unpacked(name: str, item: Wire) -> Wire:
    """The item with packed values as they are read: the same value may be packed into other bytes."""
    packed = _packed(models()[name])
    return {
        one: {"unpacked": packed[one].deserialize(packed[one].get_value(value))} if one in packed else value
        for one, value in item.items()
    }


def _packed(model: type[Item]) -> dict[str, Any]:
    return {one: about for one, about in model.get_attributes().items() if isinstance(about, PackedJSON)}


def _in_json(kind: str, value: Any) -> Any:
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    return sorted(value) if kind in {"NS", "SS"} else value


def _leaves(model: type[Item]) -> Iterator[type[Item]]:
    below = model.__subclasses__()
    if not below:
        yield model
    for one in below:
        yield from _leaves(one)


def _kept_by_the_service() -> Iterator[tuple[str, Wire]]:
    """Items of each model that differ in the attributes they have, or in their status."""
    with tarfile.open(_STATE) as packed:
        file = packed.extractfile("data/dynamodb.json")
        assert file is not None
        state = json.load(file)
    seen: dict[str, set[str]] = {}
    for item in _items(state):
        name = next(name for name, model in models().items() if _is_of(model, item))
        kind = json.dumps([sorted(item), item.get("status"), item.get("state"), item.get("kind"), item.get("role")])
        found = seen.setdefault(name, set())
        if kind not in found and (len(found) < _AT_MOST or name in {"Mail", "Import"}):
            found.add(kind)
            yield name, item


def _items(node: Any) -> Iterator[Wire]:
    if isinstance(node, dict):
        if isinstance(node.get("pk"), dict) and "sk" in node:
            yield node
        else:
            for one in node.values():
                yield from _items(one)


def _is_of(model: Any, item: Wire) -> bool:
    pk, sk = item["pk"]["S"], item["sk"]["S"]
    if hasattr(model, "PK"):
        return bool(pk == model.PK)
    return bool(sk == model.SK) if hasattr(model, "SK") else sk.startswith(getattr(model, "PREFIX", "PULLED#"))


def _made_up() -> Iterator[tuple[str, Wire]]:
    """An item of each model with every attribute, one with an attribute of later days, one with the least."""
    for name, model in models().items():
        attributes = {one: about for one, about in model.get_attributes().items() if one not in {"pk", "sk"}}
        full = model("PK#1", "SK#1", **{one: _value(about) for one, about in attributes.items()})
        stored = comparable(full.serialize())
        yield name, stored
        yield name, {**stored, "of_later_days": {"S": "x"}}
        least = {one for one, about in attributes.items() if not about.null and about.default is None}
        yield name, {one: stored[one] for one in stored if one in {"pk", "sk", *least}}
        if packed := _packed(model):
            # As it was stored before there were packed values.
            yield name, stored | {one: {"S": JSONText().serialize(getattr(full, one))} for one in packed}


def _value(attribute: Any) -> Any:
    kind = type(attribute).__name__
    if kind not in {"JSONText", "PackedJSON"}:
        return _VALUES[kind]
    empty = attribute.default() if callable(attribute.default) else {}
    return [{"id": 7, "имя": "Ёж"}, None] if isinstance(empty, list) else {"б": [1, None, True], "a": {"x": "Ё"}}


def main() -> None:
    """Write the file."""
    items = [
        {"model": name, "stored": stored, "written": written_back(name, stored)}
        for name, stored in [*_kept_by_the_service(), *_made_up()]
    ]
    keys = [[name, method, arguments, *key(name, method, arguments)] for name, method, arguments in _KEYS]
    lines = [json.dumps(one, ensure_ascii=False, sort_keys=True) for one in items]
    rows = [json.dumps(one, ensure_ascii=False) for one in keys]
    text = '{"items": [\n' + ",\n".join(lines) + '\n],\n"keys": [\n' + ",\n".join(rows) + "\n]}\n"
    KEPT.write_text(text, encoding="utf-8")
