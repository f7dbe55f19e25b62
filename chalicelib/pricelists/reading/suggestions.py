"""What a key, a column or a value of a price list was probably meant to be. Pure."""

import re
from collections.abc import Iterable
from difflib import get_close_matches

from chalicelib.goods import BY_COLUMN

_SECTIONS = ("shop", "mode", "categories", "goods")
_FIELDS = (*BY_COLUMN, "available", "currency")
_MODES = ("replace", "merge")
# Names from other systems, as ``_plain`` has them; names that are only misspelled need no line.
_SYNONYMS = {
    "id": "sku article articleid art code externalid offerid productid itemid vendorcode артикул арт код кодтовара",
    "model": "modelname модель",
    "name": "title productname наименование название товар номенклатура наименованиетовара",
    "category": "group section categoryid categoryname категория группа раздел категориятовара группатоваров",
    "price": "cost amount saleprice wholesaleprice цена ценаруб ценазаед стоимость оптоваяцена ценаопт",
    "price_rrc": "rrp msrp recommendedprice retailprice oldprice ррц мрц розничнаяцена рекомендуемаяцена",
    "currency": "currencyid валюта",
    "quantity": "qty stock stockquantity count balance остаток остатки количество колво наличие склад",
    "available": "instock availability доступен вналичии",
    "min_quantity": "minqty minorder minorderquantity moq минзаказ минимальныйзаказ минколичество",
    "step_quantity": "step multiplicity packsize кратность шаг",
    "max_quantity": "maxqty maxorder максзаказ",
    "unit": "uom measure unitofmeasure ед единица едизм единицаизмерения",
    "gtin": "barcode ean ean13 upc штрихкод шк",
    "vat_rate": "vat tax taxrate ндс ставкандс",
    "description": "desc text about описание",
    "images": "image picture pictures photo photos img imageurl фото изображение изображения картинка",
    "parameters": "param params attributes properties characteristics specs характеристики параметры свойства",
}
_SECTION_SYNONYMS = {
    "shop": "store company supplier vendor seller магазин поставщик",
    "mode": "режим",
    "categories": "groups sections category категории группы",
    "goods": "products items offers good product item positions rows data list товары товар позиции номенклатура прайс",
}


def _table(names: Iterable[str], synonyms: dict[str, str]) -> dict[str, str]:
    found = {word: name for name, words in synonyms.items() for word in words.split()}
    return {**found, **{_plain(name): name for name in names}}


def _plain(name: str) -> str:
    """Return the name without case, spaces and signs."""
    return re.sub(r"[\W_]", "", name).casefold().replace("ё", "е")


_MEANT_FIELDS = _table(_FIELDS, _SYNONYMS)
_MEANT_SECTIONS = _table(_SECTIONS, _SECTION_SYNONYMS)


def similar_field(name: str) -> str | None:
    """Return the field of a good that the key or column probably means, or None."""
    return _similar(name, _MEANT_FIELDS)


def similar_section(name: str) -> str | None:
    """Return the top-level key that ``name`` probably means, or None."""
    return _similar(name, _MEANT_SECTIONS)


def similar_mode(value: str) -> str | None:
    """Return the mode that the value probably means, or None."""
    return _similar(value, _table(_MODES, {}))


def _similar(name: str, meant: dict[str, str]) -> str | None:
    plain = _plain(name)[:100]
    # Short words resemble too many others.
    close = get_close_matches(plain, meant, 1, 0.8) if len(plain) > 3 else []
    return meant.get(plain) or (meant[close[0]] if close else None)
