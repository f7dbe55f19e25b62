"""The fields that most lists do without: their rules, and what they change of a good's digest and product."""

import dataclasses
import json
from typing import Any

import pytest

from chalicelib.catalogue.identity import gtin_is_valid, product_id, shared_gtin
from chalicelib.goods import Good
from chalicelib.pricelists.planning.digest import digest
from tests.unit.pricelists.files import good, goods, read

GTIN = "4600494000010"
GOOD = Good(8, "1", "Смартфоны", "a/b", "Телефон", 100, 200, 5, (("Цвет", "чёрный"),))


def taken(**fields: str) -> Good:
    (found,) = read(goods(good(**fields))).goods
    return found


def codes(**fields: str) -> list[tuple[str, str | None]]:
    """The faults of a row with these fields, which cost the fields and not the row."""
    outcome = read(goods(good(**fields), good(id="2")))
    assert [each.ext_id for each in outcome.goods] == ["1", "2"]
    assert {each.severity for each in outcome.faults} == {"warning"}
    return [(each.code, each.field) for each in outcome.faults]


class TestQuantities:
    @pytest.mark.parametrize(("fields", "found"), [
        ({}, (1, 1, None)),
        ({"min_quantity": "5"}, (5, 1, None)),
        ({"step_quantity": "6"}, (6, 6, None)),
        ({"min_quantity": "12", "step_quantity": "6", "max_quantity": "12"}, (12, 6, 12)),
        ({"max_quantity": "1 000"}, (1, 1, 1000)),
    ])  # fmt: skip
    def test_a_step_alone_is_the_least(self, fields: dict[str, str], found: tuple[int, int, int | None]) -> None:
        one = taken(**fields)
        assert (one.min_quantity, one.step_quantity, one.max_quantity) == found

    @pytest.mark.parametrize(("fields", "code", "field"), [
        ({"min_quantity": "0.5"}, "quantity_fractional", "min_quantity"),
        ({"max_quantity": "1,000"}, "quantity_ambiguous", "max_quantity"),
        ({"step_quantity": "-1"}, "quantity_negative", "step_quantity"),
        ({"max_quantity": "много"}, "quantity_not_number", "max_quantity"),
        ({"min_quantity": "5", "step_quantity": "6"}, "min_not_multiple", "min_quantity"),
        ({"step_quantity": "6", "max_quantity": "5"}, "max_below_min", "max_quantity"),
    ])  # fmt: skip
    def test_contradictory_ones_are_reported(self, fields: dict[str, str], code: str, field: str) -> None:
        assert codes(**fields) == [(code, field)]

    def test_faults_come_in_the_same_order_as_ever(self) -> None:
        fields = {"max_quantity": "x", "min_quantity": "x", "step_quantity": "x", "gtin": "1", "vat_rate": "18"}
        assert [field for _, field in codes(**fields, images="x")] == [
            *("gtin", "vat_rate", "images"),
            *("step_quantity", "min_quantity", "max_quantity"),
        ]


class TestVAT:
    @pytest.mark.parametrize(("written", "rate"), [
        ("22", 22), ("20%", 20), ("10 %", 10), ("7", 7), ("5.0", 5), ("0", 0), ("VAT_20", 20), ("НДС 10%", 10),
        ("none", None), ("без НДС", None), ("NO_VAT", None), ("~", None), ("''", None),
    ])  # fmt: skip
    def test_rates_that_there_are(self, written: str, rate: int | None) -> None:
        assert taken(vat_rate=written).vat_rate == rate

    @pytest.mark.parametrize("written", ["18", "VAT_20_120", "20/120", "-20", "2", "двадцать", "0.2"])
    def test_unknown_rates_are_reported(self, written: str) -> None:
        assert codes(vat_rate=written) == [("vat_unknown", "vat_rate")]


class TestGTIN:
    @pytest.mark.parametrize("written", [GTIN, "96385074", "036000291452", "04600494000010", "14600494000017"])
    def test_is_kept_as_written(self, written: str) -> None:
        assert taken(gtin=written).gtin == written

    @pytest.mark.parametrize("written", [GTIN[:-1] + "1", "123", "4,6E+12", "0000000000000", "46004940000١0", "A" * 13])
    def test_an_invalid_number_is_reported(self, written: str) -> None:
        assert not gtin_is_valid(written)
        assert codes(gtin=written) == [("gtin_invalid", "gtin")]

    @pytest.mark.parametrize(("gtin", "shared"), [
        (GTIN, "0" + GTIN), ("0" + GTIN, "0" + GTIN), ("14600494000017", "14600494000017"), ("", None),
        ("036000291452", "00036000291452"), ("96385074", "00000096385074"),
        ("2000000000015", None), ("02000000000015", None), ("20000004", None), ("212345678992", None),
    ])  # fmt: skip
    def test_numbers_of_local_use_say_nothing_to_others(self, gtin: str, shared: str | None) -> None:
        assert shared_gtin(gtin) == shared

    def test_makes_a_product_whatever_its_names_are(self) -> None:
        assert product_id("А", "Б", "В", gtin=GTIN) == product_id("Г", "Д", "", gtin="0" + GTIN)
        assert product_id("А", "Б", "В", gtin=GTIN) != product_id("А", "Б", "В")
        assert product_id("А", "Б", "В", gtin="2000000000015") == product_id("А", "Б", "В")
        assert product_id("А", "Б", "В", 1, gtin=GTIN) != product_id("А", "Б", "В", gtin=GTIN)


class TestTexts:
    def test_the_lines_of_a_description_are_kept(self) -> None:
        assert taken(description=r'"  a\r\n\tb  \n\nc "').description == "a\nb\n\nc"

    @pytest.mark.parametrize(("field", "limit"), [("description", 6000), ("unit", 50), ("images", 1000)])
    def test_long_ones_are_left_out(self, field: str, limit: int) -> None:
        assert codes(**{field: "x" * 60_000}) == [("field_too_long", field)]

    @pytest.mark.parametrize(
        ("letter", "fit"),
        [("x", 12_000), ("я", 5_500), ("€", 3_500), ('"', 8_000)],
        ids=["ascii", "two", "three", "quote"],
    )
    def test_together_they_fit_into_what_a_transaction_has_for_a_good(self, letter: str, fit: int) -> None:
        """``fit`` letters in parameters beside a long description do, thrice as many do not."""

        def written(letters: int) -> dict[str, str]:
            values = {f"p{n}": letter * 400 for n in range(letters // 400)}
            return {"description": json.dumps("я" * 6000), "parameters": json.dumps(values, ensure_ascii=False)}

        assert len(taken(**written(fit)).parameters) == fit // 400
        assert codes(**written(3 * fit)) == [("texts_too_long", "parameters")]

    @pytest.mark.parametrize("between", ["; ", " ", "\\n"])
    def test_an_address_with_a_space_is_not_taken_for_a_shorter_one(self, between: str) -> None:
        written = f'"https://a.example/my photo.jpg{between}https://a.example/2.jpg"'
        assert taken(images=written).images == ("https://a.example/2.jpg",)
        assert codes(images=written) == [("image_invalid", "images")]

    def test_images_are_a_list_or_words_and_each_stands_once(self) -> None:
        urls = ("https://a.example/1?b=1,2&c", "http://a.example")
        assert taken(images=f"[{urls[0]!r}, ~, {urls[1]}, {urls[1]}]").images == urls
        assert taken(images=" ".join(urls)).images == urls

    @pytest.mark.parametrize("between", [",", ", ", ";", " ; ", "|", ",\\n"])
    def test_images_may_be_separated_by_commas_and_the_like(self, between: str) -> None:
        urls = ("https://a.example/1.jpg", "HTTP://a.example/2.jpg?b=1,2;c|d")
        assert taken(images=f'"{between.join(urls)}{between.strip()}"').images == urls
        assert taken(images=f'["{between.join(urls)}"]').images == urls

    @pytest.mark.parametrize("written", ["ftp://a.example", "https://", "javascript:alert(1)", "https://u:p@h/x"])
    def test_an_invalid_address_is_reported(self, written: str) -> None:
        assert codes(images=written) == [("image_invalid", "images")]

    def test_images_without_end_are_one_fault(self) -> None:
        assert codes(images="[" + "x, " * 10_000 + "x]")[0] == ("too_many_images", "images")
        assert len(codes(images="[" + "x, " * 10_000 + "x]")) == 11

    def test_the_first_images_of_too_many_are_taken(self) -> None:
        urls = tuple(f"https://a.example/{number}" for number in range(12))
        assert read(goods(good(images=" ".join(urls)))).goods[0].images == urls[:10]

    def test_one_wrong_image_does_not_cost_the_others(self) -> None:
        assert read(goods(good(images="[x, 'https://a.example/1']"))).goods[0].images == ("https://a.example/1",)

    def test_images_are_no_mapping(self) -> None:
        assert codes(images="{a: b}") == codes(images="[[a]]") == [("field_not_text", "images")]


@pytest.mark.parametrize("currency", ["RUB", "rur", "руб.", "₽"])
def test_roubles_may_be_named(currency: str) -> None:
    assert read(goods(good(currency=currency))).faults == []


CHANGES: list[dict[str, Any]] = [
    {"unit": "1"}, {"gtin": "1"}, {"min_quantity": 2}, {"step_quantity": 2}, {"max_quantity": 1}, {"max_quantity": 2},
    {"vat_rate": 0}, {"vat_rate": 5}, {"description": "1"}, {"images": ("1",)}, {"images": ("1", "2")},
    {"images": ("2", "1")}, {"parameters": (*GOOD.parameters, ("unit", "1"))},
]  # fmt: skip


def test_every_field_makes_another_digest() -> None:
    assert len({digest(dataclasses.replace(GOOD, **change)) for change in [{}, *CHANGES]}) == len(CHANGES) + 1
