"""What the words above the columns of suppliers' tables mean. Pure.

The words come from lists that suppliers really send. A column is one of a good (named as in CSV), a further parameter,
or something that must not be taken for either.
"""

import re
from functools import lru_cache
from typing import Final

from chalicelib.goods import BY_COLUMN
from chalicelib.pricelists.reading.raw import REPEATS

# Roles of columns that are not fields of a good.
PARAMETER, IGNORED, VARIANT, STATUS, CURRENCY, COUNT = (
    "parameter",  # further property of the good
    "ignored",  # row numbers, cells for the order, prices of others
    "variant",  # what distinguishes goods of the same name in 1C
    "status",  # whether the good is still sold
    "currency",
    "count",  # stock, unless another column is: it may be the cell for the order
)

_WORDS: Final = {
    "id": "код|код товара|код номенклатуры|номенклатура.код|номенклатурный номер|внешний код"
    "|уникальный идентификатор|ид|код 1с|sku|product id|item id|offer id|external id|код позиции",
    "model": "артикул|арт|артикул товара|номенклатура.артикул|артикул производителя|partnumber|part number|part no"
    "|номер детали|каталожный номер|vendor code|article|модель|mpn|обозначение",
    "name": "наименование|название|номенклатура|наименование товара|название товара|товар|продукция|товары"
    "|наименование номенклатуры|наименование продукции|найменування|title|product|product name|товары (работы, услуги)"
    "|описание материала|ценовая группа/ номенклатура/ характеристика номенклатуры",
    "category": "категория|группа|раздел|номенклатурная группа|вид продукта|товарная группа|группа товаров|group"
    "|section|категория товара|подгруппа",
    "quantity": "остаток|остатки|конечный остаток|свободный остаток|остаток на складе|количество товара на складе"
    "|доступность|наличие|в наличии|на складе|наличие на складе|stock|in stock|доступно|количество на складе"
    "|кол-во на складе",
    COUNT: "количество|кол-во|quantity|qty|count",
    "price": "цена|стоимость|price|отпускная цена|відпускна ціна|цена продажи|цена реализации|основна ціна продажу"
    "|cost",
    "price_rrc": "ррц|мрц|рекомендованная цена|рекомендуемая цена|рекомендованная розничная цена|рекомендована ціна"
    "|рекомендованная|рекомендуемая|rrp|msrp|srp",
    "unit": "ед|ед.изм|ед. изм|ед изм|единица измерения|ед. измер|единица|единица изм|еи|unit|uom|базовая единица",
    "gtin": "штрихкод|штрих-код|штрих код|шк|ean|ean13|ean-13|barcode|upc|баркод",
    "vat_rate": "ндс|ставка ндс|vat|% ндс|ндс %|ндс, %",
    "min_quantity": "мин. партия|мин партия|минимальная партия|мин. заказ|минимальный заказ|мин. кол-во|moq"
    "|минимальное количество",
    "step_quantity": "кратность|кратность заказа|шаг|квант|кратно",
    "images": "фото|картинка|картинки|изображение|изображения|путь к фото|image|picture|photo|pictures|photos|images",
    "description": "описание|аннотация|description|полное описание",
    VARIANT: "характеристика|характеристика номенклатуры|вариант",
    STATUS: "статус|архивный|архив|в архиве|снят с продажи|снято с продажи|снят с производства|снято с производства",
    CURRENCY: "валюта",
    IGNORED: "№|no|n|номер|№ п/п|п/п|№ п.п|n п/п|п/н|№ по каталогу|заказ|ваш заказ|сумма|итого|скидка|% скидки"
    "|старая цена|что исправить|what to correct|_error|цена до акции|discountprice|old price|oldprice|новинка|ссылка"
    "|ссылка на товар|url|сортировка",
}
_IS_PRICE = re.compile(
    r"\b(цен[аы]|ціна|price|руб|рубли)\b|розни|опт(?:ов|$|\b| )|\bвип\b|\bот \d"
    r"|^\d+ ?- ?\d+ ?(?:кг|шт|тн?|л|м|уп)\b|\bпри заказе\b|за ед"
)
_NOT_OURS = re.compile(
    r"закуп|себест|ближайш|конкурент|стар[аы]я|\bдо акции|скидк|сумма|итого|ddp|№|п/п|п\.п|\bзаказ|введите|вход"
)
# The price of more than what is sold as one, which divided by it need not be whole kopecks.
_OF_MANY = re.compile(r"(?:\bза|/) ?(?:\d{2,} ?(?:шт|м|кг|г|гр|л|мл|ед)\b|1 ?000\b|тыс)")
_RECOMMENDED = re.compile("рекоменд|ррц|мрц|rrp|msrp")
# The signs and codes of currencies other than the rouble; then what is one only beside a number or in a label; words.
_CODE = r"[€$£¥₴₸]|\b(?:usd|eur|грн|byn|kzt|uah|cny|у\.? ?е)\b"
_SHORT, _WORD = r"|\bтг\b", r"|\bдоллар\w*|\bдолл\b|\bевро\b|\bгривн\w*|\bтенге\b|\bюан\w*|\bбел\w*\.? ?руб\w*"
_FOREIGN_CODE = re.compile(_CODE, re.IGNORECASE)
_FOREIGN_FORMAT = re.compile(_CODE + _SHORT, re.IGNORECASE)
_FOREIGN_NAMED = re.compile(_CODE + _WORD, re.IGNORECASE)
_FOREIGN = re.compile(_CODE + _SHORT + _WORD, re.IGNORECASE)
# What stands before it in a title: «Цены указаны в долларах», not «Цены в рублях по курсу 90 за $».
_ALL_PRICES = re.compile(
    r"\b(?:цен[аы]|валюта|prices?|currency)\b(?:\s+(?!руб|курс|rub|rate)\w+){0,3}?\s*(?:[:,(\u2014\u2013-]|\bв|\bin)\s*$"
    r"|\b(?:валюта|currency)\s*$",
    re.IGNORECASE,
)
# Behind a comma, in brackets or at the end: the unit or the currency of the column.
_AFTER = re.compile(
    r"[,(]\s*(?:в |за )?(?:руб\w*|р|₽|rub|rur|шт\w*|кг|ед\w*|без ндс|с ндс|%)\b.*$|\s(?:руб\w*|₽|р|rub)\.?$"
)
# A column for one parameter.
PARAMETER_COLUMN = re.compile("(?:parameters?|param)[.:] *(.+)", re.IGNORECASE | re.DOTALL)
_HYPHEN = re.compile(r"(?<=[а-яa-z])-\s*(?=[а-я])")
_MAX_LABEL = 60


def plain(label: str) -> str:
    """Return the words of a header without case, line breaks, signs, and what stands behind them."""
    text = " ".join(label.casefold().replace("ё", "е").replace("*", " ").split()).rstrip(" .:;,")
    return _HYPHEN.sub("", text)


_ROLES = {
    **{plain(word): role for role, words in _WORDS.items() for word in words.split("|")},
    REPEATS: REPEATS,
    **{plain(column): column for column in BY_COLUMN},
}


@lru_cache(maxsize=2048)
def role_of(label: str) -> str | None:
    """Return the role of a column with this label; None if its words are unknown.

    Everything that may be a price and is not certainly the supplier's own is ``ignored``: it must not be published.
    """
    words = plain(label)
    if not words or PARAMETER_COLUMN.fullmatch(label):
        return None
    if _OF_MANY.search(words) and _IS_PRICE.search(words):
        return IGNORED
    found = _ROLES.get(words) or _ROLES.get(plain(_AFTER.sub("", words)))
    if found is not None:
        return found
    if words.startswith("валюта"):
        return CURRENCY
    if _NOT_OURS.search(words):
        return IGNORED
    if _RECOMMENDED.search(words):
        return "price_rrc"
    return "price" if _IS_PRICE.search(words) else None


def parameter_of(label: str) -> str | None:
    """Return the parameter that a column of our own is for, as ``parameters.Цвет``, or None."""
    found = PARAMETER_COLUMN.fullmatch(label)
    return found[1] if found else None


def foreign_currency(label: str) -> str | None:
    """Return the word for a currency other than the rouble that the label of a price names, or None."""
    found = _FOREIGN.search(label)
    return found.group() if found else None


def currency_of_title(title: str) -> str | None:
    """Return the word for another currency than the rouble in which a title says that prices are, or None."""
    found = _FOREIGN_NAMED.search(title)
    return found.group() if found and _ALL_PRICES.search(title[: found.start()]) else None


def currency_of_sheet(name: str) -> str | None:
    """Return the sign or code of another currency than the rouble in the name of a sheet, or None."""
    found = _FOREIGN_CODE.search(name)
    return found.group() if found else None


def currency_sign(number_format: str) -> str | None:
    """Return the sign or code of another currency than the rouble in a number format, or None."""
    found = _FOREIGN_FORMAT.search(number_format)
    return found.group() if found else None


def is_property(label: str) -> bool:
    """Whether an unknown label may be the name of a parameter."""
    return 0 < len(label) <= _MAX_LABEL and any(map(str.isalpha, label))
