"""The main job, the crowds and the price lists of ``tests/e2e`` above a DynamoDB that has bad days.

Conflicts, throttling, unprocessed items, short pages, lost answers and lagging indexes (see ``faults.py``) must not
show: no order is lost, doubled or oversold, and no answer is a 5xx.
"""

import pytest

from tests.e2e import test_concurrency, test_exports, test_imports, test_main_job, test_orders_under_load
from tests.e2e.conftest import RunningStack
from tests.e2e.service import Service

test_an_order_is_mailed_to_everyone_and_moved_on = test_main_job.test_an_order_is_mailed_to_everyone_and_moved_on

test_stock_is_never_oversold = test_concurrency.test_stock_is_never_oversold
test_one_basket_sent_many_times_is_one_order = test_concurrency.test_one_basket_sent_many_times_is_one_order
test_changes_of_one_basket_at_once_all_count = test_concurrency.test_changes_of_one_basket_at_once_all_count
test_one_address_registered_at_once_is_one_account = test_concurrency.test_one_address_registered_at_once_is_one_account

test_a_file_dropped_into_s3_is_imported_and_reported = test_imports.test_a_file_dropped_into_s3_is_imported_and_reported
test_the_refused_rows_are_downloaded_mended_and_sent_again = (
    test_imports.test_the_refused_rows_are_downloaded_mended_and_sent_again
)
test_the_same_list_again_changes_nothing = test_imports.test_the_same_list_again_changes_nothing
test_a_broken_list_is_refused_with_its_line_and_changes_nothing = (
    test_imports.test_a_broken_list_is_refused_with_its_line_and_changes_nothing
)
test_goods_absent_from_the_list_are_withdrawn = test_imports.test_goods_absent_from_the_list_are_withdrawn
test_an_import_whose_planner_is_killed_is_planned_again = (
    test_imports.test_an_import_whose_planner_is_killed_is_planned_again
)

test_a_price_list_comes_out_as_it_went_in = test_exports.test_a_price_list_comes_out_as_it_went_in

test_a_crowd_never_buys_more_than_there_is = test_orders_under_load.test_a_crowd_never_buys_more_than_there_is
test_a_crowd_that_cancels_while_price_lists_arrive_loses_nothing = (
    test_orders_under_load.test_a_crowd_that_cancels_while_price_lists_arrive_loses_nothing
)


@pytest.fixture
def service(stack: RunningStack) -> Service:
    """From a network of its own: limits count networks."""
    return Service(stack)


@pytest.fixture(scope="module")
def shops(stack: RunningStack) -> list[test_orders_under_load.Stocked]:
    """What the crowds want to have."""
    return [Service(stack).shop_with(*test_orders_under_load.stocked(prefix)) for prefix in (1000, 2000)]
