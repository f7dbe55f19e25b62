"""Goods as CommerceML 2.10, in one file: the catalogue, then the offers, as 1C and shops take them. Pure."""

import gzip
import json
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from chalicelib.files.formats import Output, roubles, write_lines, xml
from chalicelib.goods import Good
from chalicelib.pricelists.formats.cml.joining import is_guid
from chalicelib.pricelists.formats.cml.price_types import OUR_PRICE, OUR_RECOMMENDED
from chalicelib.pricelists.formats.cml.records import good_id
from chalicelib.pricelists.formats.cml.units import unit_of
from chalicelib.pricelists.reading.commerceml import ROOT
from chalicelib.pricelists.written.goods import AboutGoods, written_id

_SCHEMA = {"xmlns": "urn:1C.ru:commerceml_210", "ВерсияСхемы": "2.10"}
_NUMBER = "goods"  # of the only classifier, catalogue and package of a file
_WHOLE = {"СодержитТолькоИзменения": "false"}
_TYPES = ((OUR_PRICE, "Цена"), (OUR_RECOMMENDED, "РРЦ"))
# Quantities for which CommerceML has no word keep our names.
_TERMS = ("min_quantity", "step_quantity", "max_quantity")


class _Names(NamedTuple):
    """The ids of groups and properties in one file, by their names; too many properties have none."""

    groups: dict[str, str]
    properties: dict[str, str]


def write_goods(out: Output, about: AboutGoods, goods: Iterable[Good]) -> None:
    """Write the list as a full one. Groups are numbered in this file only; offers wait in a temporary file."""
    names = _Names(
        {name: f"g{number}" for number, name in enumerate(about.categories, 1)},
        {name: f"p{number}" for number, name in enumerate(about.parameter_names or (), 1)},
    )
    write_lines(out, _head(about, names))
    with tempfile.TemporaryFile() as waiting:
        with gzip.GzipFile(fileobj=waiting, mode="wb", compresslevel=1) as offers:
            write_lines(out, _catalogue(goods, names, offers))
        waiting.seek(0)
        write_lines(out, _package(about))
        with gzip.GzipFile(fileobj=waiting) as offers:
            shutil.copyfileobj(offers, out)
    write_lines(out, ["</Предложения>", "</ПакетПредложений>", f"</{ROOT}>"])


def _head(about: AboutGoods, names: _Names) -> Iterator[str]:
    yield '<?xml version="1.0" encoding="UTF-8"?>'
    yield f"<{ROOT}{xml.attributes({**_SCHEMA, 'ДатаФормирования': about.made_at[:19]})}>"
    yield f"<Классификатор>{_named(_NUMBER, about.shop)}"
    yield "<Группы>"
    for name, number in names.groups.items():
        yield f"<Группа>{_named(number, name)}</Группа>"
    yield "</Группы>\n<Свойства>"
    for name, number in names.properties.items():
        yield f"<Свойство>{_named(number, name)}{xml.element('ТипЗначений', 'Строка')}</Свойство>"
    yield "</Свойства>\n</Классификатор>"
    yield f"<Каталог{xml.attributes(_WHOLE)}>{_named(_NUMBER, about.shop)}"
    yield "<Товары>"


def _catalogue(goods: Iterable[Good], names: _Names, offers: Output) -> Iterator[str]:
    """Yield what says what the goods are, and write what they cost to ``offers``."""
    for good in goods:
        number = written_id(good)
        about_good = list(_about(good, names))
        if number:
            yield "\n".join(["<Товар>", *_identity(number), *about_good, "</Товар>"])
            lines = [*_identity(number), xml.element("Наименование", good.name), *_terms(good)]
        else:  # it is known by its article, which joins nothing: then the offer says all
            lines = [*about_good, *_terms(good)]
        write_lines(offers, ["<Предложение>", *lines, "</Предложение>"])
    yield "</Товары>\n</Каталог>"


def _package(about: AboutGoods) -> Iterator[str]:
    yield f"<ПакетПредложений{xml.attributes(_WHOLE)}>{_named(_NUMBER, about.shop)}{xml.element('ИдКаталога', _NUMBER)}"
    yield "<ТипыЦен>"
    for number, name in _TYPES:
        yield f"<ТипЦены>{_named(number, name)}{xml.element('Валюта', 'RUB')}</ТипЦены>"
    yield "</ТипыЦен>\n<Предложения>"


def _named(number: str, name: str) -> str:
    return xml.element("Ид", number) + xml.element("Наименование", name)


def _identity(number: str) -> Iterator[str]:
    yield xml.element("Ид", number)
    if good_id(number) != number:  # a mark at its end stands for no characteristic in CommerceML
        yield xml.element("id", number)


def _about(good: Good, names: _Names) -> Iterator[str]:
    """Yield the elements that say what a good is."""
    if good.gtin:
        yield xml.element("Штрихкод", good.gtin)
    if good.model:
        yield xml.element("Артикул", good.model)
    yield xml.element("Наименование", good.name)
    if good.unit:
        yield xml.element("БазоваяЕдиница", good.unit)
        if unit_of(good.unit, "", "") != good.unit:
            yield xml.element("unit", good.unit)
    yield f"<Группы>{xml.element('Ид', names.groups[good.category])}</Группы>"
    if good.description:
        yield xml.element("Описание", good.description)
    for image in good.images:
        yield xml.element("Картинка", image)
    if good.vat_rate is not None:
        tax = xml.element("Наименование", "НДС") + xml.element("Ставка", str(good.vat_rate))
        yield f"<СтавкиНалогов><СтавкаНалога>{tax}</СтавкаНалога></СтавкиНалогов>"
    if good.parameters:
        yield "<ЗначенияСвойств>"
        for name, value in good.parameters:
            number = names.properties.get(name)
            said = xml.element("Ид", number) if number else xml.element("Наименование", name)
            yield f"<ЗначенияСвойства>{said}{xml.element('Значение', value)}</ЗначенияСвойства>"
        yield "</ЗначенияСвойств>"
        if any(is_guid(value) for _, value in good.parameters):
            yield xml.element("parameters", json.dumps(dict(good.parameters), ensure_ascii=False))


def _terms(good: Good) -> Iterator[str]:
    """Yield the elements that say on which terms it is sold."""
    yield "<Цены>"
    for (number, _), price in zip(_TYPES, (good.price, good.price_rrc), strict=True):
        if price is not None:
            said = xml.element("ИдТипаЦены", number) + xml.element("ЦенаЗаЕдиницу", roubles(price))
            yield f"<Цена>{said}{xml.element('Валюта', 'RUB')}{xml.element('Коэффициент', '1')}</Цена>"
    yield f"</Цены>\n{xml.element('Количество', str(good.quantity))}"
    for field in _TERMS:
        value = getattr(good, field)
        if value not in (None, 1):
            yield xml.element(field, str(value))
