"""Goods as CommerceML 2.10, in one file: the catalogue, then the offers, as 1C and shops take them. Pure."""

import gzip
import shutil
import tempfile
from collections.abc import Iterable, Iterator

from chalicelib.files.formats import Output, roubles, write_lines, xml
from chalicelib.goods import Good
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


def write_goods(out: Output, about: AboutGoods, goods: Iterable[Good]) -> None:
    """Write the list as a full one. Groups are numbered in this file only; offers wait in a temporary file."""
    groups = {name: f"g{number}" for number, name in enumerate(about.categories, 1)}
    write_lines(out, _head(about, groups))
    with tempfile.TemporaryFile() as waiting:
        with gzip.GzipFile(fileobj=waiting, mode="wb", compresslevel=1) as offers:
            write_lines(out, _catalogue(goods, groups, offers))
        waiting.seek(0)
        write_lines(out, _package(about))
        with gzip.GzipFile(fileobj=waiting) as offers:
            shutil.copyfileobj(offers, out)
    write_lines(out, ["</Предложения>", "</ПакетПредложений>", f"</{ROOT}>"])


def _head(about: AboutGoods, groups: dict[str, str]) -> Iterator[str]:
    yield '<?xml version="1.0" encoding="UTF-8"?>'
    yield f"<{ROOT}{xml.attributes({**_SCHEMA, 'ДатаФормирования': about.made_at[:19]})}>"
    yield f"<Классификатор>{_named(_NUMBER, about.shop)}"
    yield "<Группы>"
    for name, number in groups.items():
        yield f"<Группа>{_named(number, name)}</Группа>"
    yield "</Группы>\n</Классификатор>"
    yield f"<Каталог{xml.attributes(_WHOLE)}>{_named(_NUMBER, about.shop)}"
    yield "<Товары>"


def _catalogue(goods: Iterable[Good], groups: dict[str, str], offers: Output) -> Iterator[str]:
    """Yield what says what the goods are, and write what they cost to ``offers``."""
    for good in goods:
        number = written_id(good)
        about_good = list(_about(good, groups[good.category]))
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


def _about(good: Good, group: str) -> Iterator[str]:
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
    yield f"<Группы>{xml.element('Ид', group)}</Группы>"
    if good.description:
        yield xml.element("Описание", good.description)
    for image in good.images:
        yield xml.element("Картинка", image)
    if good.vat_rate is not None:
        tax = xml.element("Наименование", "НДС") + xml.element("Ставка", str(good.vat_rate))
        yield f"<СтавкиНалогов><СтавкаНалога>{tax}</СтавкаНалога></СтавкиНалогов>"
    if good.parameters:
        yield "<ХарактеристикиТовара>"
        for name, value in good.parameters:
            pair = xml.element("Наименование", name) + xml.element("Значение", value)
            yield f"<ХарактеристикаТовара>{pair}</ХарактеристикаТовара>"
        yield "</ХарактеристикиТовара>"


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
