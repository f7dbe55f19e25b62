"""Whatever a supplier sells, and however the table is laid out: it reads back."""

from collections.abc import Callable
from itertools import groupby

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from tests.unit.pricelists.files import read
from tests.unit.pricelists.sheets.layouts import Cell, Rows
from tests.unit.pricelists.sheets.programs import (
    Merged,
    excel,
    google,
    merged_excel,
    merged_old_excel,
    merged_python,
    old_excel,
    text_of,
)

WORDS: dict[str, tuple[str, ...]] = {
    "id": ("Код", "КОД ТОВАРА", "SKU", "Внешний код", "id"),
    "name": ("Наименование", "Название:", "Номенклатура", "Product name", "наимено- вание"),
    "price": ("Цена", "Цена, руб.", "Цена (руб.)", "Стоимость", "Price", "Цена\nпродажи"),
    "quantity": ("Остаток", "Остаток, шт", "В наличии", "Stock", "Кол-во"),
    "category": ("Группа", "Категория", "Category"),
}
TITLES: tuple[tuple[Cell, ...], ...] = (
    ("ООО «Самовар»",), ("Прайс-лист от", "29.11.2026"), (None, None, "Тел.: 8 800 000-00-00"), (), ("Москва",),
)  # fmt: skip
letters = st.text("абвгдежзиклмнопрстуфхцчшщэюя", min_size=3, max_size=12)
names = st.builds("{} {}".format, letters.map(str.capitalize), letters)
goods = st.lists(
    st.tuples(
        st.builds("{}-{}".format, letters, st.integers(1, 9999)),
        names,
        st.integers(1, 10_000_000),
        st.integers(0, 100_000),
        st.sampled_from(["Чай", "Посуда", "Сладости"]),
    ),
    min_size=1,
    max_size=8,
    unique_by=(lambda good: good[0], lambda good: good[1]),
)
Writer = Callable[[Rows, str], bytes]
MergedWriter = Callable[[Rows, str, Merged], bytes]
PROGRAMS: list[tuple[Writer, MergedWriter | None]] = [
    (excel, merged_excel),
    (google, merged_python),
    (old_excel, merged_old_excel),
    (lambda rows, _: text_of(rows).encode(), None),
    (lambda rows, _: text_of(rows, "\t").encode(), None),
]
# Where the category of a good stands, and where the words for price and stock do.
GROUPED, HEADERS = ["in its row", "above its rows", "merged"], ["one line", "two lines"]
ABOVE = {"price": "Для партнёров", "quantity": "Склад"}


def price_cell(kopecks: int, way: str) -> Cell:
    """A price as a number, or as people write it."""
    roubles, rest = divmod(kopecks, 100)
    if way == "number":
        return kopecks / 100
    grouped = f"{roubles:,}".replace(",", "\u00a0" if way == "no-break" else " ")
    return f"{grouped},{rest:02} ₽" if way == "sign" else f"{grouped},{rest:02}"


def rows_of(
    sold: list[tuple[str, str, int, int, str]], order: list[str], way: str, grouped: str, before: int
) -> tuple[list[tuple[Cell, ...]], Merged]:
    """The rows of the goods below so many others, and the cells that are merged."""
    rows: list[tuple[Cell, ...]] = []
    merged: list[tuple[int, int, int]] = []
    for group, goods_of in groupby(sold, key=lambda good: good[4]):
        if grouped == "above its rows":
            rows.append(tuple(group if field == "name" else None for field in order))
        first = before + len(rows) + 1
        for number, (ext_id, name, price, quantity, _) in enumerate(goods_of):
            shown = None if grouped == "merged" and number else group
            cells: dict[str, Cell] = {
                "id": ext_id, "name": name, "price": price_cell(price, way), "quantity": quantity, "category": shown,
            }  # fmt: skip
            rows.append(tuple(cells[field] for field in order))
        if grouped == "merged" and before + len(rows) > first:
            merged.append((first, before + len(rows), order.index("category")))
    return rows, merged


@given(
    goods,
    st.sampled_from(PROGRAMS),
    st.permutations(["id", "name", "price", "quantity", "category"]),
    st.fixed_dictionaries({field: st.sampled_from(words) for field, words in WORDS.items()}),
    st.lists(st.sampled_from(TITLES), max_size=4),
    st.sampled_from(["number", "sign", "no-break", "plain"]),
    st.sampled_from(GROUPED),
    st.sampled_from(HEADERS),
)
@example(
    [("чай-1", "Чай Улун", 500, 5, "Чай")], PROGRAMS[3], ["id", "name", "price", "quantity", "category"],
    {"id": "id", "name": "Наименование", "price": "Цена\nпродажи", "quantity": "Остаток", "category": "Category"},
    [], "number", "in its row", "two lines",
)  # fmt: skip
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_a_catalogue_in_any_layout_reads_back(
    sold: list[tuple[str, str, int, int, str]],
    program: tuple[Writer, MergedWriter | None],
    order: list[str],
    words: dict[str, str],
    titles: list[tuple[Cell, ...]],
    way: str,
    grouped: str,
    header: str,
) -> None:
    write, write_merged = program
    if write_merged is None and grouped == "merged":
        grouped = "in its row"
    order = [field for field in order if not (grouped == "above its rows" and field == "category")]
    above: list[tuple[Cell, ...]] = [*titles, tuple(words[field] for field in order)]
    if header == "two lines":
        above[-1:] = [
            tuple(ABOVE.get(field, words[field]) for field in order),
            tuple(words[field] if field in ABOVE else None for field in order),
        ]
    listed = sold if grouped == "in its row" else sorted(sold, key=lambda good: good[4])
    rows, merged = rows_of(listed, order, way, grouped, len(above))
    table = (*above, *rows)
    outcome = read(write_merged(table, "Прайс", merged) if write_merged and merged else write(table, "Прайс"))
    assert [each for each in outcome.faults if each.code != "lines_skipped"] == []
    found = [(good.ext_id, good.name, good.price, good.quantity, good.category) for good in outcome.goods]
    assert sorted(found) == sorted(sold)
