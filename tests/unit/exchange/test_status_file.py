"""Files of documents: read whole or refused with a word, whatever is in them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.exchange import status_file
from chalicelib.exchange.errors import ExchangeFailed
from chalicelib.exchange.status_file import read_documents

ROOT = "КоммерческаяИнформация"
DOCUMENT = (
    "<Документ><Ид>7</Ид><Номер>1001</Номер><ХозОперация>Заказ товара</ХозОперация>"
    "<Контрагенты><Контрагент><Ид>x</Ид></Контрагент></Контрагенты>"
    "<Товары><Товар><Ид>a#b</Ид><Количество>2</Количество><ЗначенияРеквизитов><ЗначениеРеквизита>"
    "<Наименование>ТипНоменклатуры</Наименование><Значение>Товар</Значение></ЗначениеРеквизита></ЗначенияРеквизитов>"
    "</Товар><Товар><Ид>c</Ид><Количество>1</Количество><ЗначенияРеквизитов><ЗначениеРеквизита>"
    "<Наименование>ТипНоменклатуры</Наименование><Значение>Услуга</Значение></ЗначениеРеквизита></ЗначенияРеквизитов>"
    "</Товар></Товары><ЗначенияРеквизитов><ЗначениеРеквизита><Наименование>Проведен</Наименование>"
    "<Значение>true</Значение></ЗначениеРеквизита></ЗначенияРеквизитов></Документ>"
)
SHIPMENT = "<Документ><Ид>8</Ид><ХозОперация>Отпуск товара</ХозОперация></Документ>"


@pytest.mark.parametrize("encoding", ["utf-8", "windows-1251", "utf-8-sig"])
@pytest.mark.parametrize("space", ["", ' xmlns="urn:1C.ru:commerceml_2"'])
def test_a_document_is_read_in_every_spelling(encoding: str, space: str) -> None:
    declared = encoding.replace("-sig", "")
    head = f'<?xml version="1.0" encoding="{declared}"?><{ROOT}{space}>'
    text = f"{head}<Контейнер>{DOCUMENT}{SHIPMENT}</Контейнер></{ROOT}>"
    (found,) = read_documents(text.encode(encoding))
    assert (found.item_id, found.number, found.facts) == ("7", "1001", {"Проведен": "true"})
    assert [(row.item_id, row.quantity, row.service) for row in found.rows or []] == [
        ("a#b", "2", False),
        ("c", "1", True),
    ]


def test_goods_that_are_not_named_are_not_none_of_them() -> None:
    said = [f"<{ROOT}><Документ><Ид>7</Ид>{goods}</Документ></{ROOT}>" for goods in ("", "<Товары/>")]
    assert [read_documents(one.encode())[0].rows for one in said] == [None, []]


@pytest.mark.parametrize(
    ("content", "key"),
    [
        (f"<{ROOT}>".encode() + b"\xff", "status_broken"),
        (b"", "status_broken"),
        (b"<html></html>", "status_other"),
        (f"<{ROOT}><Документ>".encode(), "status_broken"),
        (f"<{ROOT}>&a;</{ROOT}>".encode(), "status_broken"),
        (b'<!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>', "status_dtd"),
        (f"<{ROOT}>".encode() + b"<a>" * 100_000, "status_broken"),
        (f'<?xml version="1.0" encoding="ebcdic"?><{ROOT}/>'.encode(), "status_broken"),
    ],
)
def test_what_is_no_such_file_is_refused_with_a_word(content: bytes, key: str) -> None:
    with pytest.raises(ExchangeFailed) as failed:
        read_documents(content)
    assert failed.value.failure["key"] == key


def test_there_are_bounds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(status_file, "MAX_DOCUMENTS", 2)
    with pytest.raises(ExchangeFailed, match="status_many"):
        read_documents(f"<{ROOT}>{SHIPMENT * 3}</{ROOT}>".encode())
    monkeypatch.setattr(status_file, "MAX_BYTES", 10)
    with pytest.raises(ExchangeFailed, match="status_too_large"):
        read_documents(f"<{ROOT}/>".encode())
    long = f"<{ROOT}><Документ><Номер>{'9' * 100_000}</Номер></Документ></{ROOT}>"
    monkeypatch.setattr(status_file, "MAX_BYTES", 1_000_000)
    assert len(read_documents(long.encode())[0].number) < 10_000


TAGS = [
    "Документ",
    "Товары",
    "Товар",
    "Ид",
    "Номер",
    "ЗначенияРеквизитов",
    "ЗначениеРеквизита",
    "Значение",
    "Количество",
]
TREES = st.recursive(
    st.text(alphabet="аб1 ", max_size=4),
    lambda inner: st.builds(
        lambda tag, inside: f"<{tag}>{''.join(inside)}</{tag}>", st.sampled_from(TAGS), st.lists(inner, max_size=4)
    ),
    max_leaves=20,
)


@given(TREES)
def test_any_nesting_of_its_elements_is_read_or_refused(tree: str) -> None:
    for found in read_documents(f"<{ROOT}>{tree}</{ROOT}>".encode()):
        assert isinstance(found.facts, dict)


@given(st.binary(max_size=200))
def test_rubbish_is_refused(content: bytes) -> None:
    with pytest.raises(ExchangeFailed):
        read_documents(content)
