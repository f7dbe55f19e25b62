"""From counted usage to dollars, and the comparison of a page's tables."""

import pytest

from infra.costs import MB_OF_A_CPU, PRICES, Usage, beside_ses, gb_seconds, total
from tests.cost_page import differences, read, write

PAGE = "Text.\n<!-- table: steps -->\n| step | units |\n| --- | --- |\n| a move | 10.0 |\n\nMore.\n"


def test_every_unit_of_usage_has_a_price() -> None:
    assert Usage().dollars().keys() == PRICES.keys()


def test_what_ses_charges_is_left_out_of_what_is_beside_it() -> None:
    usage = Usage(write_units=1_000_000, mails=1_000)
    assert total(usage) - beside_ses(usage) == pytest.approx(0.10)
    assert beside_ses(usage) == pytest.approx(0.625)


def test_usage_adds_up_by_its_parts() -> None:
    steps = {"page": Usage(http=1, read_units=5.5), "order": Usage(http=1, write_units=104)}
    assert Usage.sum_of({"page": 10, "order": 1}, steps) == Usage(http=11, read_units=55, write_units=104)


def test_less_memory_computes_slower_and_waits_cheaper() -> None:
    assert gb_seconds(1, 512, {}) == pytest.approx(gb_seconds(1, MB_OF_A_CPU, {}))
    assert gb_seconds(0, 512, {"ses": 1}) < gb_seconds(0, MB_OF_A_CPU, {"ses": 1})
    assert gb_seconds(1, 2 * MB_OF_A_CPU, {}) == pytest.approx(2 * gb_seconds(1, MB_OF_A_CPU, {}))


@pytest.mark.parametrize(("shown", "is_reported"), [("10.2", False), ("10.5", True), ("ten", True)])
def test_a_figure_that_is_off_by_more_than_three_in_a_hundred_is_reported(shown: str, is_reported: bool) -> None:
    found = differences(PAGE, {"steps": f"| step | units |\n| --- | --- |\n| a move | {shown} |\n"})
    assert found == ([f"steps: a move: 10.0 |, not {shown} |"] if is_reported else [])


def test_a_table_that_the_page_lacks_or_has_shorter_is_reported() -> None:
    assert differences(PAGE, {"month": ""}) == ["the page has no table month"]
    longer = read(PAGE)["steps"] + "| a sweep | 3.5 |\n"
    assert differences(PAGE, {"steps": longer}) == ["steps: 3 lines, not 4"]


def test_writing_a_table_leaves_the_rest_of_the_page() -> None:
    table = "| step | units |\n| --- | --- |\n| a move | 11.0 |\n"
    assert write(PAGE, {"steps": table}) == PAGE.replace("10.0", "11.0")
