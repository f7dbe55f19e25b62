"""HTML in price lists becomes the text that a page would show."""

import time

import pytest

from chalicelib.pricelists.reading.html_text import plain
from tests.unit.pricelists.files import good, goods, read


@pytest.mark.parametrize(("written", "text"), [
    ("Чай &laquo;Утро&raquo; &amp; мёд", "Чай «Утро» & мёд"),
    ("Чай &amp;laquo;Утро&amp;raquo;", "Чай «Утро»"),
    ("<b>Чай</b> <i class='x'>чёрный</i>", "Чай чёрный"),
    ("&lt;b&gt;Чай&lt;/b&gt;", "Чай"),
    ("Чай<br/>чёрный<BR>листовой", "Чай\nчёрный\nлистовой"),
    ("5&nbsp;кг &#8470;&#x31;", "5 кг №1"),
    ("&#0;&#27;&#xD800;x&#xFFFF;", "\ufffd\ufffdx"),
    ("<!-- скидка -->Чай", "Чай"),
])  # fmt: skip
def test_entities_are_decoded_and_tags_are_removed(written: str, text: str) -> None:
    assert plain(written) == text


@pytest.mark.parametrize("text", [
    "R&D", "AT&T; офис", "a&copy=1", "Гиря <5 кг>", "Плита <Тайга>", "5 < 6 > 4", "Футболка <S>", "&", "<", "&;", "<>",
])  # fmt: skip
def test_what_only_resembles_html_stays(text: str) -> None:
    assert plain(text) is text or plain(text) == text


@pytest.mark.parametrize("piece", ["&amp", "&amp;", "<b ", "<!--", "&#", "<br", "&amp;amp;lt;b"])
def test_a_long_text_of_broken_html_costs_little(piece: str) -> None:
    started = time.process_time()
    plain(piece * (65_536 // len(piece)))
    assert time.process_time() - started < 1


def test_every_text_that_people_read_is_plain_and_no_id_is() -> None:
    written = "'<b>A&amp;B</b>'"
    row = good(
        category=written,
        name=written,
        unit=written,
        id="A&amp;B",
        model=written,
        parameters=f"{{{written}: {written}}}",
    )
    (found,) = read(goods(row.replace("quantity: 5", "quantity: 5\n    description: 'a<p>b&nbsp;c'"))).goods
    assert {found.category, found.name, found.unit, found.model} == {"A&B"}
    assert (found.ext_id, found.parameters, found.description) == ("A&amp;B", (("A&B", "A&B"),), "a\nb c")


def test_a_good_known_by_its_model_keeps_its_id() -> None:
    (found,) = read(goods(good(id=None, model="'A&amp;B'"))).goods
    assert (found.ext_id, found.model) == ("A&amp;B", "A&B")


def test_a_name_of_nothing_but_tags_is_missing() -> None:
    assert read(goods(good(name="'<b></b>'"))).codes == ["field_missing"]


def test_an_escaped_address_of_an_image_is_decoded() -> None:
    (found,) = read(goods(good(images="'https://a.example/?a=1&amp;b=2'"))).goods
    assert found.images == ("https://a.example/?a=1&b=2",)
