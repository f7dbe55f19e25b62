"""Names of files: none leads out of the exchange, and each part is known by its own."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.exchange.names import clean_name, flat, is_picture, kind_of, same


@pytest.mark.parametrize(
    ("given_name", "name"),
    [
        ("import.xml", "import.xml"),
        (" upload/1c/webdata/v8_1/offers.xml ", "v8_1/offers.xml"),
        ("upload\\1c\\webdata\\import0_1.xml", "import0_1.xml"),
        ("webdata/goods/1/import___a.xml", "webdata/goods/1/import___a.xml"),
        ("Прайс-лист.xlsx", "Прайс-лист.xlsx"),
        ("../a.xml", None),
        ("upload/1c/webdata/../a.xml", None),
        ("a/./b.xml", None),
        ("a//b.xml", None),
        ("a\n.xml", None),
        ("a\0.xml", None),
        ("", None),
        ("/", None),
        ("x" * 201, None),
    ],
)
def test_a_name_is_a_path_below_the_exchange_or_none(given_name: str, name: str | None) -> None:
    assert clean_name(given_name) == name


@given(st.text(alphabet="a./\\ \u0000t", max_size=12))
def test_no_name_leads_out(given_name: str) -> None:
    name = clean_name(given_name)
    assert name is None or (".." not in name.split("/") and not name.startswith("/"))


def test_parts_are_told_by_their_names() -> None:
    names = [
        "import.xml",
        "x/offers0_1.xml",
        "PRICES___8f.xml",
        "rests.xml",
        "goods1.xml",
        "storages.xml",
        "offers.zip",
    ]
    assert [kind_of(one) for one in names] == ["import", "offers", "prices", "rests", "goods", None, None]
    assert same("webdata/Import.XML") == same("import.xml")
    assert [one for one in ("import_files/a.jpg", "a.png", "x/import_files/b", "import.xml") if is_picture(one)] == [
        *("import_files/a.jpg", "a.png", "x/import_files/b"),
    ]


def test_parts_of_one_name_stay_apart_in_a_bundle() -> None:
    assert flat(["a/offers.xml", "b/Offers.xml", "import.xml"]) == {
        **{"a/offers.xml": "offers.xml", "b/Offers.xml": "Offers__2.xml", "import.xml": "import.xml"},
    }
