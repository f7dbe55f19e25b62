"""A good that has every field, lists that merge in every format, and what a shop would have after them."""

import csv
import io
import json
from collections.abc import Callable, Collection, Mapping
from copy import copy
from dataclasses import replace
from typing import Any
from xml.sax.saxutils import escape, quoteattr

import yaml

from chalicelib.goods import FIELDS, Good
from chalicelib.pricelists.planning.compare import ImportPlan, Source, make_plan
from chalicelib.pricelists.planning.digest import digest, name_hash
from chalicelib.pricelists.planning.snapshot import Known
from chalicelib.pricelists.reading.faults import Fault
from chalicelib.pricelists.reading.table_settings import UNSETTLED, TableSettings
from tests.unit.pricelists import commerceml

SHOP = 7
# A good that has every field, and for each kind of field another value and how it is written.
STORED = Good(
    **{"line": 0, "ext_id": "1", "category": "Чай", "model": "m/1", "name": "Чай чёрный", "price": 10_000},
    **{"price_rrc": 12_000, "quantity": 5, "parameters": (("Вес", "100 г"), ("Сорт", "высший")), "unit": "упак"},
    **{"gtin": "4600494000010", "min_quantity": 10, "step_quantity": 5, "max_quantity": 50, "vat_rate": 10},
    **{"description": "Крупный\nлист", "images": ("https://a.example/1.jpg",)},
)
OTHER: dict[str, tuple[Any, Any]] = {
    "text": ("другое", "другое"),
    "lines": ("другое\nи ещё", "другое\nи ещё"),
    "gtin": ("96385074", "96385074"),
    "vat": (22, "22%"),
    "price": (77_700, "777"),
    "stock": (8, "8"),
    "amount": (20, "20"),
    "step_quantity": (10, "10"),
    "urls": (("https://b.example/2",), ["https://b.example/2"]),
    "pairs": ((("Вес", "100 г"), ("Сорт", "первый"), ("Цвет", "чёрный")), {"Сорт": "первый", "Цвет": "чёрный"}),
}
NOTHING = object()


def as_json(row: Mapping[str, Any]) -> bytes:
    said = {column: None if value is NOTHING else value for column, value in row.items()}
    return json.dumps({"mode": "merge", "goods": [said]}, ensure_ascii=False).encode()


def as_yaml(row: Mapping[str, Any]) -> bytes:
    said = {column: "" if value is NOTHING else copy(value) for column, value in row.items()}
    return yaml.safe_dump({"mode": "merge", "goods": [said]}, allow_unicode=True).encode()


def as_csv(row: Mapping[str, Any]) -> bytes:
    cells: dict[str, str] = {}
    for column, value in row.items():
        if isinstance(value, dict):
            cells |= {f"param:{name}": one for name, one in value.items()}
        else:
            cells[column] = "" if value is NOTHING else " ".join(value) if isinstance(value, list) else str(value)
    page = io.StringIO()
    table = csv.writer(page, delimiter=";")
    table.writerows([cells.keys(), cells.values()])
    return b"# mode: merge\n" + page.getvalue().encode()


def as_yml(row: Mapping[str, Any]) -> bytes:
    tags = {field.column: field.yml or field.column for field in FIELDS}
    children = ""
    for column, value in row.items():
        tag = tags[column]
        if isinstance(value, dict):
            children += "".join(f"<param name={quoteattr(name)}>{escape(one)}</param>" for name, one in value.items())
        elif column != "id":
            each = value if isinstance(value, list) else ["" if value is NOTHING else value]
            children += "".join(f"<{tag}>{escape(str(one))}</{tag}>" for one in each)
    offer = f"<offer id={quoteattr(str(row['id']))}>{children}</offer>"
    return f'<yml_catalog mode="merge"><shop><offers>{offer}</offers></shop></yml_catalog>'.encode()


# What CommerceML has no element for keeps our name.
_CML = {"name": "Наименование", "model": "Артикул", "gtin": "Штрихкод", "unit": "БазоваяЕдиница", "id": "Ид"}


def as_cml(row: Mapping[str, Any]) -> bytes:
    """The card of a good in a list of changes, which empties what is empty there, and its price and stock."""
    card, trade = "", ""
    for column, value in row.items():
        said = "" if value is NOTHING else value
        if column == "price":
            trade += f"<Цены>{commerceml.price(said)}</Цены>"
        elif column == "quantity":
            trade += commerceml.tag("Количество", said)
        elif column == "category":
            card += f"<Группы>{commerceml.tag('Ид', said)}</Группы>"
        elif isinstance(said, dict):
            pairs = "".join(
                f"<ЗначениеРеквизита>{commerceml.tag('Наименование', name)}{commerceml.tag('Значение', one)}"
                "</ЗначениеРеквизита>"
                for name, one in said.items()
            )
            card += f"<ЗначенияРеквизитов>{pairs}</ЗначенияРеквизитов>"
        else:
            each = said if isinstance(said, list) else [said]
            card += "".join(commerceml.tag(_CML.get(column, column), one) for one in each)
    groups = commerceml.classifier({str(row["category"]): str(row["category"])} if "category" in row else {})
    goods = commerceml.catalogue(f"<Товар>{card}</Товар>", "true")
    number = commerceml.tag("Ид", row.get("id", ""))
    offers = commerceml.package(f"<Предложение>{number}{trade}</Предложение>" if trade else "", "true")
    return commerceml.file(groups, goods, offers).encode()


FORMATS: list[Callable[[Mapping[str, Any]], bytes]] = [as_json, as_yaml, as_csv, as_yml, as_cml]


class Shop:
    """A shop with some goods, and what a list would write there."""

    def __init__(self, *goods: Good, listed: bool = True, sold: bool = False) -> None:
        self.known = Known()
        self.goods = dict(enumerate(goods, 1))
        for number, good in self.goods.items():
            self.known.add(
                good.ext_id, digest(good), number, good.price, name_hash(good.name), listed=listed, sold=sold
            )
        self.known.sort()
        self.written: list[Good] = []
        self.keeps_stock: list[bool] = []
        self.looked_up: list[int] = []
        self.withdrawn: list[int] = []

    def good(self, good: Good, good_digest: str, offer_id: int, *, new: bool, keeps_stock: bool = False) -> None:
        assert good_digest == digest(good)
        assert new is (offer_id not in self.goods)
        self.written.append(replace(good, line=0))
        self.keeps_stock.append(keeps_stock)

    def gone(self, offer_id: int) -> None:
        self.withdrawn.append(offer_id)

    def kinds(self, ids: Collection[str]) -> list[str]:
        return [good.ext_id for good in self.goods.values() if good.ext_id.partition("#")[0] in ids]

    def stored(self, ids: Collection[int]) -> Mapping[int, Good]:
        self.looked_up += ids
        return {each: self.goods[each] for each in ids if each in self.goods}

    def takes(self, content: bytes, *, merging: bool = False, table: TableSettings = UNSETTLED) -> ImportPlan:
        source = Source(lambda: io.BytesIO(content), merging, table)
        return make_plan(source, SHOP, self.known, self, self.stored, kinds=self.kinds)


def after(content: bytes, stored: Good = STORED) -> tuple[Good, list[Fault]]:
    """What the shop has of its only good afterwards, and the faults."""
    shop = Shop(stored)
    plan = shop.takes(content)
    assert plan.counts["unchanged"] + plan.counts["changed"] == 1
    assert shop.withdrawn == []
    return (shop.written or [stored])[0], plan.faults
