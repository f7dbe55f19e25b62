"""Generated price lists, always the same."""

import random
import time
from collections.abc import Iterator
from pathlib import Path

import xlsxwriter
import yaml

SEED = 20261123
# The supplier's ids are the numbers after this one.
FIRST_ID = 4_000_000


def _goods(goods: int, changed: float = 0.0) -> Iterator[tuple[list[int | str], dict[str, int | float | str]]]:
    """Yield the fields of each good, the category by its number, and its parameters."""
    dice, moved = random.Random(SEED), random.Random(SEED + 1)
    for number in range(1, goods + 1):
        price = dice.randrange(1_000, 200_000) + (moved.random() < changed)
        category = dice.randrange(1, 41)
        name = f"Смартфон Apple iPhone {dice.randrange(4, 30)} {dice.choice((64, 128, 256, 512))}GB ({number})"
        model = f"apple/iphone/{number}"
        yield (
            [FIRST_ID + number, category, model, name, price, price + 990, dice.randrange(0, 100)],
            {
                "Диагональ (дюйм)": dice.randrange(40, 70) / 10,
                "Разрешение (пикс)": "2688x1242",
                "Встроенная память (Гб)": dice.choice((64, 128, 256)),
                "Цвет": dice.choice(("золотистый", "серый", "чёрный", "белый")),
            },
        )


def price_list(goods: int, changed: float = 0.0) -> Iterator[str]:
    """Return a list of ``goods`` goods, always the same except for the price of the share ``changed``."""
    yield "shop: Связной\ncategories:\n"
    yield from (f"  - id: {number}\n    name: Категория {number}\n" for number in range(1, 41))
    yield "goods:\n"
    for (number, category, model, name, price, price_rrc, quantity), parameters in _goods(goods, changed):
        yield (
            f"  - id: {number}\n    category: {category}\n    model: {model}\n    name: {name}\n"
            f"    price: {price}\n    price_rrc: {price_rrc}\n    quantity: {quantity}\n    parameters:\n"
        )
        yield from (f'      "{label}": {value}\n' for label, value in parameters.items())


def write_list(path: Path, goods: int, changed: float = 0.0) -> Path:
    """The list as a file."""
    with path.open("w", encoding="utf-8") as file:
        file.writelines(price_list(goods, changed))
    return path


def write_workbook(path: Path, goods: int) -> Path:
    """The goods of the list as a workbook with the columns of a supplier, as Excel writes it."""
    labels = ["Код", "Категория", "Артикул", "Наименование", "Цена", "РРЦ", "Остаток"]
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet("Прайс")
        for row, (fields, parameters) in enumerate(_goods(goods), 1):
            sheet.write_row(row, 0, [*fields, *parameters.values()])
            sheet.write_string(row, 1, f"Категория {fields[1]}")
            if row == 1:
                sheet.write_row(0, 0, [*labels, *parameters])
    return path


def read_events(path: Path) -> float:
    """Seconds to read every YAML event of a file."""
    started = time.perf_counter()
    with path.open("rb") as file:
        get_event = yaml.CSafeLoader(file).get_event
        while type(get_event()) is not yaml.StreamEndEvent:
            pass
    return time.perf_counter() - started
