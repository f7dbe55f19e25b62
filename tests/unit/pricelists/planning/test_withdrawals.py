"""Goods that a list of changes takes off sale, and rows that mean something only to a shop that has their good."""

from dataclasses import replace

from tests.unit.pricelists import commerceml
from tests.unit.pricelists.planning.merging import STORED, Shop


class TestWithdrawals:
    """What CommerceML marks as deleted, in a list of changes."""

    def withdrawing(self, *numbers: str, more: str = "") -> bytes:
        return commerceml.file(commerceml.catalogue("".join(map(self.gone, numbers)) + more, "true")).encode()

    def gone(self, number: str) -> str:
        return commerceml.good(number, mark=' Статус="Удален"')

    def test_a_good_is_taken_off_sale_by_its_mark_and_others_stay(self) -> None:
        shop = Shop(STORED, replace(STORED, ext_id="2"))
        plan = shop.takes(self.withdrawing("1"))
        assert (shop.withdrawn, plan.counts["withdrawn"], plan.counts["ok"], plan.writes) == ([1], 1, 1, 1)
        assert (shop.written, plan.faults) == ([], [])
        again = shop.takes(self.withdrawing("1"))
        assert (shop.withdrawn, again.counts["unchanged"], again.writes) == ([1], 1, 0)

    def test_a_good_that_nobody_knows_or_sells_is_as_the_list_says(self) -> None:
        shop = Shop(STORED, listed=False)
        plan = shop.takes(self.withdrawing("1", "9"))
        assert (shop.withdrawn, plan.counts["unchanged"], plan.writes, plan.faults) == ([], 2, 0, [])

    def test_its_kinds_go_with_it(self) -> None:
        shop = Shop(*(replace(STORED, ext_id=each) for each in ("g#1", "g#2", "h#1", "g")))
        shop.takes(self.withdrawing("g"))
        assert shop.withdrawn == [4]  # what is on sale by the id itself needs no search
        shop.takes(self.withdrawing("g"))
        assert sorted(shop.withdrawn) == [1, 2, 4]
        other = Shop(*(replace(STORED, ext_id=each) for each in ("g#1", "g#2", "h#1")))
        plan = other.takes(self.withdrawing("g"))
        assert (sorted(other.withdrawn), plan.counts["withdrawn"]) == ([1, 2], 2)

    def test_a_good_without_an_offer_is_no_error_where_it_is_unknown(self) -> None:
        offers = commerceml.package(commerceml.offer("1", 150, None), "true")
        goods = commerceml.catalogue(commerceml.good("1", "Чай", group=None) + commerceml.good("2"), "true")
        shop = Shop(STORED)
        plan = shop.takes(commerceml.file(goods, offers).encode())
        assert shop.written == [replace(STORED, name="Чай", price=15_000)]
        (found,) = plan.faults
        assert (found.severity, found.code, found.ext_id, plan.counts["refused"]) == ("warning", "good_unknown", "2", 0)

    def test_a_good_that_is_new_in_a_list_of_changes_is_made_of_all_that_is_said(self) -> None:
        shop = Shop(STORED)
        plan = shop.takes(commerceml.one_file(commerceml.good("2"), commerceml.offer("2", 7), changes="true").encode())
        (made,) = shop.written
        assert (plan.faults, made.name, made.category, made.quantity) == ([], "Чай чёрный", "Чай", 5)
        offers = commerceml.offer("3", 7, None, more=commerceml.tag("Наименование", "Кофе"))
        shop.takes(commerceml.file(commerceml.package(offers, "true")).encode())
        assert (shop.written[1].category, shop.written[1].quantity) == ("Без категории", 0)
