"""CommerceML for tests: the parts that 1C sends, in the shapes of its versions, and zip files of them."""

import io
import zipfile
from collections.abc import Iterable, Mapping
from xml.sax.saxutils import escape

ROOT = "КоммерческаяИнформация"
TWO = ' xmlns="urn:1C.ru:commerceml_2" ВерсияСхемы="2.08"'
THREE = ' xmlns="urn:1C.ru:commerceml_3" xmlns:xs="http://www.w3.org/2001/XMLSchema" ВерсияСхемы="3.1"'
GROUPS = {"g1": "Чай", "g2": "Кофе"}


def tag(name: str, value: object) -> str:
    return f"<{name}>{escape(str(value))}</{name}>"


def group(number: str, name: str, *within: str) -> str:
    inner = f"<Группы>{''.join(within)}</Группы>" if within else ""
    return f"<Группа>{tag('Ид', number)}{tag('Наименование', name)}{inner}</Группа>"


def classifier(groups: Mapping[str, str] = GROUPS, more: str = "") -> str:
    each = "".join(group(number, name) for number, name in groups.items())
    return f"<Классификатор>{tag('Ид', 'c')}<Группы>{each}</Группы>{more}</Классификатор>\n"


def good(number: str, name: str | None = "Чай чёрный", more: str = "", group: str | None = "g1", mark: str = "") -> str:
    named = "" if name is None else tag("Наименование", name)
    grouped = "" if group is None else f"<Группы>{tag('Ид', group)}</Группы>"
    return f"<Товар{mark}>{tag('Ид', number)}{named}{grouped}{more}</Товар>\n"


def price(amount: object, kind: str | None = "t1", currency: str = "руб", more: str = "") -> str:
    typed = "" if kind is None else tag("ИдТипаЦены", kind)
    said = tag("Валюта", currency) if currency else ""
    return f"<Цена>{tag('Представление', 'x')}{typed}{tag('ЦенаЗаЕдиницу', amount)}{said}{more}</Цена>"


def offer(number: str, amount: object | None = 100, stock: object | None = 5, more: str = "") -> str:
    priced = "" if amount is None else f"<Цены>{price(amount)}</Цены>"
    counted = "" if stock is None else tag("Количество", stock)
    return f"<Предложение>{tag('Ид', number)}{more}{priced}{counted}</Предложение>\n"


def types(**named: str) -> str:
    each = "".join(
        f"<ТипЦены>{tag('Ид', number)}{tag('Наименование', name)}{tag('Валюта', 'руб')}</ТипЦены>"
        for number, name in named.items()
    )
    return f"<ТипыЦен>{each}</ТипыЦен>\n"


def catalogue(goods: str, changes: str = "false") -> str:
    return f'<Каталог СодержитТолькоИзменения="{changes}">{tag("Ид", "c")}<Товары>\n{goods}</Товары></Каталог>\n'


def package(offers: str, changes: str = "false", head: str = "") -> str:
    numbered = tag("Ид", "c#")
    return (
        f'<ПакетПредложений СодержитТолькоИзменения="{changes}">{numbered}{head}'
        f"<Предложения>\n{offers}</Предложения></ПакетПредложений>\n"
    )


def file(*sections: str, version: str = TWO, encoding: str = "UTF-8") -> str:
    return f'<?xml version="1.0" encoding="{encoding}"?>\n<{ROOT}{version}>\n{"".join(sections)}</{ROOT}>\n'


def one_file(goods: str, offers: str, *, changes: str = "false", head: str = "", more: str = "") -> str:
    """One file with everything; the first good begins in line 5."""
    return file(classifier(more=more), catalogue(goods, changes), package(offers, changes, head))


def bundle(parts: Mapping[str, str | bytes], others: Iterable[str] = ()) -> bytes:
    """A zip file of these parts, in this order, and of other files."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
        for name in others:
            archive.writestr(name, b"\xff\xd8\xff\xe0 a picture")
    return out.getvalue()


def as_version_2(goods: str, offers: str, *, changes: str = "false", head: str = "") -> dict[str, str]:
    """The two files of an exchange of 1C 8 with Bitrix or CS-Cart."""
    return {
        "import0_1.xml": file(classifier(), catalogue(goods, changes)),
        "offers0_1.xml": file(package(offers, changes, head)),
    }


def as_version_3(goods: str, names: str, prices: str, rests: str, *, changes: str = "true") -> dict[str, str]:
    """The files of an exchange by the new scheme of UT 11, in folders."""
    files = {
        "import___1.xml": classifier(more=types(t1="Отпускная цена")) + catalogue("", changes),
        "goods/1/import___2.xml": catalogue(goods, changes),
        "goods/1/offers___3.xml": package(names, changes),
        "goods/1/prices___4.xml": package(prices, changes),
        "goods/1/rests___5.xml": package(rests, changes),
    }
    return {name: file(section, version=THREE) for name, section in files.items()}
