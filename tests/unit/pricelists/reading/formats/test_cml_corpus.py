"""CommerceML in the shapes that programs really write it, each with what must come of it; made for these tests."""

from typing import NamedTuple

import pytest

from tests.unit.pricelists.commerceml import ROOT, THREE, TWO, bundle, tag
from tests.unit.pricelists.files import read

OWNER = f"<Владелец>{tag('Ид', 'o')}{tag('Наименование', 'ООО «Посуда»')}{tag('ИНН', '0000000000')}</Владелец>"
DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>\n'
KIND = "ХарактеристикаТовара"
SIZE = f"<{KIND}>{tag('Ид', 'h')}{tag('Наименование', 'Размер')}{tag('Значение', '36')}</{KIND}>"
PAIR = (
    '<БазоваяЕдиница Код="715" НаименованиеПолное="Пара (2 шт.)"><Пересчет><Единица>715</Единица></Пересчет>'
    "</БазоваяЕдиница>"
)
DETAILS = (
    f"<ЗначенияРеквизитов><ЗначениеРеквизита>{tag('Наименование', 'ВидНоменклатуры')}{tag('Значение', 'Товар')}"
    "</ЗначениеРеквизита></ЗначенияРеквизитов>"
)


def cml(version: str, *sections: str) -> str:
    return f"{DECLARATION}<{ROOT}{version}>\n" + "\n".join(sections) + f"\n</{ROOT}>"


def part(section: str, inner: str, changes: str = "false") -> str:
    return f'<{section} СодержитТолькоИзменения="{changes}">{tag("Ид", "k#")}{OWNER}{inner}</{section}>'


def priced(amount: str, kind: str = "t", more: str = "") -> str:
    said = tag("Представление", f"{amount} руб. за шт") + tag("ИдТипаЦены", kind) + tag("ЦенаЗаЕдиницу", amount)
    return f"<Цены><Цена>{said}{tag('Валюта', 'руб')}{more}</Цена></Цены>"


GROUPS = "<Группы><Группа><Ид>a</Ид><Наименование>Обувь</Наименование></Группа></Группы>"
TYPE = f"<ТипыЦен><ТипЦены>{tag('Ид', 't')}{tag('Наименование', 'Отпускная')}{tag('Валюта', 'руб')}</ТипЦены></ТипыЦен>"
IN_GROUP = "<Группы><Ид>a</Ид></Группы>"


class Taken(NamedTuple):
    """A good, as far as the table says it."""

    ext_id: str
    name: str
    category: str
    price: int
    quantity: int
    unit: str


BOOTS = Taken("g#c", "Сапоги (36)", "Обувь", 129_900, 5, "пара")
CORPUS: dict[str, tuple[dict[str, str | bytes], Taken]] = {
    # Characteristics are goods of their own; windows-1251, no namespace.
    "UT 10.3, schema 2.04": (
        {
            "import.xml": cml(
                ' ВерсияСхемы="2.04"',
                f"<Классификатор>{OWNER}{GROUPS}</Классификатор>",
                part(
                    "Каталог",
                    f"<Товары><Товар>{tag('Ид', 'g#c')}{tag('Наименование', 'Сапоги')}{PAIR}{IN_GROUP}"
                    f"<ХарактеристикиТовара>{SIZE}</ХарактеристикиТовара>{DETAILS}</Товар></Товары>",
                ),
            )
            .replace("UTF-8", "windows-1251")
            .encode("cp1251"),
            "offers.xml": cml(
                ' ВерсияСхемы="2.04"',
                part(
                    "ПакетПредложений",
                    f"{TYPE}<Предложения><Предложение>{tag('Ид', 'g#c')}{tag('Наименование', 'Сапоги')}"
                    f"{priced('1299.00', more=tag('Единица', 'пара') + tag('Коэффициент', '1'))}"
                    f"{tag('Количество', '5')}</Предложение></Предложения>",
                ),
            )
            .replace("UTF-8", "windows-1251")
            .encode("cp1251"),
        },
        BOOTS,
    ),
    # One good, its characteristics only in the offers; stock in total and of each warehouse.
    "1C for Bitrix and CS-Cart, schema 2.07": (
        {
            "webdata/import0_1.xml": cml(
                TWO,
                f"<Классификатор>{OWNER}{GROUPS}</Классификатор>",
                part(
                    "Каталог",
                    f"<Товары><Товар>{tag('Ид', 'g')}{tag('Артикул', 'С-1')}{tag('Наименование', 'Сапоги')}{PAIR}"
                    f"{IN_GROUP}{tag('Картинка', 'import_files/g.jpg')}{DETAILS}</Товар></Товары>",
                ),
            ),
            "webdata/offers0_1.xml": cml(
                TWO,
                f"<Классификатор>{OWNER}</Классификатор>",
                part(
                    "ПакетПредложений",
                    f"{TYPE}<Склады><Склад>{tag('Ид', 'w')}{tag('Наименование', 'Склад')}</Склад></Склады><Предложения>"
                    f"<Предложение>{tag('Ид', 'g#c')}{tag('Артикул', 'С-1')}{tag('Наименование', 'Сапоги (36)')}{PAIR}"
                    f"<ХарактеристикиТовара>{SIZE}</ХарактеристикиТовара>{priced('1299')}{tag('Количество', '5')}"
                    '<Склад ИдСклада="w" КоличествоНаСкладе="5"/></Предложение></Предложения>',
                ),
            ),
            "webdata/import_files/g.jpg": b"\xff\xd8",
        },
        BOOTS,
    ),
    # Names, prices and stock in parts of their own, everything called changes; units by code, types in the classifier.
    "UT 11, schema 3.1": (
        {
            "import___1.xml": cml(
                THREE,
                f'<Классификатор СодержитТолькоИзменения="true">{GROUPS}{TYPE}</Классификатор>',
                part("Каталог", "", "true"),
            ),
            "goods/1/import___2.xml": cml(
                THREE,
                part(
                    "Каталог",
                    f"<Товары><Товар>{tag('Ид', 'g')}{tag('ПометкаУдаления', 'false')}<Штрихкод/><Артикул/>"
                    f"{tag('Наименование', 'Сапоги')}{tag('БазоваяЕдиница', '715 ')}{IN_GROUP}<Описание/>{DETAILS}"
                    "</Товар></Товары>",
                    "true",
                ),
            ),
            "goods/1/offers___3.xml": cml(
                THREE,
                part(
                    "ПакетПредложений",
                    f"<Предложения><Предложение>{tag('Ид', 'g#c')}{tag('ПометкаУдаления', 'false')}"
                    f"{tag('Наименование', 'Сапоги (36)')}<Штрихкод/><ХарактеристикиТовара/></Предложение>"
                    "</Предложения>",
                    "true",
                ),
            ),
            "goods/1/prices___4.xml": cml(
                THREE,
                part(
                    "ПакетПредложений",
                    f"<Предложения><Предложение>{tag('Ид', 'g#c')}{priced('1299')}</Предложение></Предложения>",
                    "true",
                ),
            ),
            "goods/1/rests___5.xml": cml(
                THREE,
                part(
                    "ПакетПредложений",
                    f"<Предложения><Предложение>{tag('Ид', 'g#c')}<Остатки>"
                    + "".join(
                        f"<Остаток><Склад>{tag('Ид', n)}{tag('Количество', n)}</Склад></Остаток>" for n in (0, 2, 3)
                    )
                    + "</Остатки></Предложение></Предложения>",
                    "true",
                ),
            ),
        },
        BOOTS,
    ),
    # Units only as attributes, groups without names, another code of the unit in the offers.
    "MoySklad, schema 2.08": (
        {
            "import.xml": cml(
                ' ВерсияСхемы="2.08" СинхронизацияТоваров="1"',
                part(
                    "Каталог",
                    f"<Товары><Товар>{tag('Ид', '76972')}{tag('Наименование', 'Маска')}"
                    '<БазоваяЕдиница Код="796" НаименованиеПолное="Штука" МеждународноеСокращение="PCE"/><Артикул/>'
                    f"{IN_GROUP}</Товар></Товары>",
                ),
            ),
            "offers.xml": cml(
                ' ВерсияСхемы="2.08"',
                part(
                    "ПакетПредложений",
                    f"{TYPE}<Предложения><Предложение>{tag('Ид', '76972')}<Артикул/>{tag('Наименование', 'Маска')}"
                    f'<БазоваяЕдиница Код="1" НаименованиеПолное="Штука"/>{priced("129").replace("руб<", "RUR<")}'
                    '<Склад ИдСклада="1" КоличествоНаСкладе="0"/><Склад ИдСклада="2" КоличествоНаСкладе="5"/>'
                    f"{tag('Количество', '5')}</Предложение></Предложения>",
                ),
            ),
        },
        Taken("76972", "Маска", "Без категории", 12_900, 5, "шт"),
    ),
    # A program of somebody's own: groups within the catalogue, prices without a type, a warehouse by name.
    "others": (
        {
            "catalog-1c.xml": cml(
                ' ВерсияСхемы="2.05"',
                f"<Каталог>{GROUPS}<Товары><Товар>{tag('Ид', '7')}{tag('Наименование', 'Ложка')}"
                f"{tag('ШтрихКод', '4600494000010')}{IN_GROUP}<БазоваяЕдиница Код='796'>шт.</БазоваяЕдиница></Товар>"
                "</Товары></Каталог>",
            ),
            "stock-1c.xml": cml(
                ' ВерсияСхемы="2.05"',
                f"<ПакетПредложений><Предложения><Предложение>{tag('Ид', '7')}{tag('Наименование', 'Ложка')}"
                f"{tag('Склад', 'Главный')}{tag('Количество', '4.00')}<Цены><Цена>{tag('ЦенаЗаЕдиницу', '12.50')}"
                f"</Цена></Цены></Предложение></Предложения></ПакетПредложений>",
            ),
        },
        Taken("7", "Ложка", "Обувь", 1_250, 4, "шт."),
    ),
}


@pytest.mark.parametrize("program", CORPUS)
def test_what_programs_write_is_understood(program: str) -> None:
    parts, expected = CORPUS[program]
    outcome = read(bundle(parts))
    (found,) = outcome.goods
    assert Taken(*(getattr(found, field) for field in Taken._fields)) == expected
    assert outcome.codes == []
