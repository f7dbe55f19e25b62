"""What is usual, and the lines of lists: pure counting."""

from chalicelib.ordering.habits import Bought, Habit, first, habits_in
from chalicelib.ordering.list_lines import joined, with_lines, without


def bought(offer_id: int, day: int) -> Bought:
    return Bought(offer_id, 1, "Чай", day, 100, f"2026-11-{day:02d}")


def test_habits_count_and_keep_the_latest() -> None:
    rows = [bought(1, 9), bought(2, 8), bought(1, 7), bought(3, 6), bought(3, 5), bought(3, 4)]
    habits = habits_in(rows)
    assert habits == [Habit(rows[0], 2), Habit(rows[1], 1), Habit(rows[3], 3)]
    assert [one.last.offer_id for one in first(habits, "frequent", 2)] == [3, 1]
    assert [one.last.offer_id for one in first(habits[::-1], "recent", 9)] == [1, 2, 3]


def test_lines_join_where_they_came_first() -> None:
    assert joined([(1, 2), (2, 1), (1, 3)], 4) == [(1, 4), (2, 1)]
    assert with_lines([(1, 2), (2, 1)], [(2, 5), (3, 1)]) == [(1, 2), (2, 5), (3, 1)]
    assert without([(1, 2), (2, 1)], {1, 7}) == [(2, 1)]
