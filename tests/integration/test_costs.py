"""docs/cost.md shows what is counted; what an order costs stays within its bounds."""

import pytest

from infra.costs import beside_ses
from tests import cost_page
from tests.integration.cost_story import Step, Story
from tests.integration.world import World

# Calls to DynamoDB and write units of an order's documents and mails; dollars of an order beside SES.
CALLS_OF_MAILS, UNITS_OF_MAILS, DOLLARS_OF_ORDER = 18, 26, 0.0003


# The story is told once.
pytestmark = pytest.mark.xdist_group("costs")


@pytest.fixture(scope="module")
def steps(shared_world: World) -> dict[str, Step]:
    story = Story(shared_world)
    story.tell()
    return story.steps


def test_the_page_shows_what_is_counted(steps: dict[str, Step]) -> None:
    page = cost_page.PAGE.read_text(encoding="utf-8")
    assert cost_page.differences(page, cost_page.tables(steps)) == []


def test_documents_and_mails_of_an_order_take_few_calls(steps: dict[str, Step]) -> None:
    mails = steps[cost_page.MAILS]
    assert mails.calls <= CALLS_OF_MAILS
    assert mails.usage.write_units <= UNITS_OF_MAILS
    assert (mails.usage.s3_writes, mails.usage.s3_reads, mails.usage.mails) == (3, 0, 4)


def test_an_order_stays_within_its_price(steps: dict[str, Step]) -> None:
    assert beside_ses(cost_page.order_of(steps)) <= DOLLARS_OF_ORDER


def test_a_good_costs_a_unit_for_the_table_and_each_list_and_none_if_unchanged(steps: dict[str, Step]) -> None:
    units = {name: step.usage.write_units for name, step in steps.items()}
    # The table, three lists and the product's offers.
    assert 5 <= units["a good new"] < 5.1
    assert units["a good unchanged"] < 0.1
    # The digest of what the list said is in the list of the shop.
    assert units["a good with another stock"] < 2.1
    # Beside that in the list of the category, and moved among the product's offers, which are written twice.
    assert units["a good with another price"] < 5.1
