"""Whatever a supplier sells, and however the table is laid out: it reads back."""

from collections.abc import Callable

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.unit.pricelists.files import read
from tests.unit.pricelists.sheets.layouts import Cell, Rows
from tests.unit.pricelists.sheets.programs import excel, google, old_excel, text_of

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
programs: st.SearchStrategy[Callable[[Rows, str], bytes]] = st.sampled_from(
    [excel, google, old_excel, lambda rows, _: text_of(rows).encode(), lambda rows, _: text_of(rows, "\t").encode()]
)


def price_cell(kopecks: int, way: str) -> Cell:
    """A price as a number, or as people write it."""
    roubles, rest = divmod(kopecks, 100)
    if way == "number":
        return kopecks / 100
    grouped = f"{roubles:,}".replace(",", "\u00a0" if way == "no-break" else " ")
    return f"{grouped},{rest:02} ₽" if way == "sign" else f"{grouped},{rest:02}"


@given(
    goods,
    programs,
    st.permutations(["id", "name", "price", "quantity", "category"]),
    st.fixed_dictionaries({field: st.sampled_from(words) for field, words in WORDS.items()}),
    st.lists(st.sampled_from(TITLES), max_size=4),
    st.sampled_from(["number", "sign", "no-break", "plain"]),
    st.booleans(),
)
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_a_catalogue_in_any_layout_reads_back(
    sold: list[tuple[str, str, int, int, str]],
    program: Callable[[Rows, str], bytes],
    order: list[str],
    words: dict[str, str],
    titles: list[tuple[Cell, ...]],
    way: str,
    headed: bool,
) -> None:
    order = [field for field in order if not (headed and field == "category")]
    rows: list[tuple[Cell, ...]] = [*titles, tuple(words[field] for field in order)]
    category = None
    for ext_id, name, price, quantity, group in sorted(sold, key=lambda good: good[4]) if headed else sold:
        if headed and group != category:
            rows.append(tuple(group if field == "name" else None for field in order))
            category = group
        cells: dict[str, Cell] = {
            "id": ext_id, "name": name, "price": price_cell(price, way), "quantity": quantity, "category": group,
        }  # fmt: skip
        rows.append(tuple(cells[field] for field in order))
    outcome = read(program(tuple(rows), "Прайс"))
    assert [each for each in outcome.faults if each.code != "lines_skipped"] == []
    found = [(good.ext_id, good.name, good.price, good.quantity, good.category) for good in outcome.goods]
    assert sorted(found) == sorted(sold)
