"""Generated price lists, always the same."""

import random
import time
from collections.abc import Iterator
from pathlib import Path

import yaml

SEED = 20261123
# The supplier's ids are the numbers after this one.
FIRST_ID = 4_000_000


def price_list(goods: int, changed: float = 0.0) -> Iterator[str]:
    """Return a list of ``goods`` goods, always the same except for the price of the share ``changed``."""
    dice, moved = random.Random(SEED), random.Random(SEED + 1)
    yield "shop: Связной\ncategories:\n"
    yield from (f"  - id: {number}\n    name: Категория {number}\n" for number in range(1, 41))
    yield "goods:\n"
    for number in range(1, goods + 1):
        price = dice.randrange(1_000, 200_000) + (moved.random() < changed)
        yield (
            f"  - id: {FIRST_ID + number}\n    category: {dice.randrange(1, 41)}\n    model: apple/iphone/{number}\n"
            f"    name: Смартфон Apple iPhone {dice.randrange(4, 30)} {dice.choice((64, 128, 256, 512))}GB ({number})\n"
            f"    price: {price}\n    price_rrc: {price + 990}\n    quantity: {dice.randrange(0, 100)}\n"
            f'    parameters:\n      "Диагональ (дюйм)": {dice.randrange(40, 70) / 10}\n'
            f'      "Разрешение (пикс)": 2688x1242\n      "Встроенная память (Гб)": {dice.choice((64, 128, 256))}\n'
            f'      "Цвет": {dice.choice(("золотистый", "серый", "чёрный", "белый"))}\n'
        )


def write_list(path: Path, goods: int, changed: float = 0.0) -> Path:
    """The list as a file."""
    with path.open("w", encoding="utf-8") as file:
        file.writelines(price_list(goods, changed))
    return path


def read_events(path: Path) -> float:
    """Seconds to read every YAML event of a file."""
    started = time.perf_counter()
    with path.open("rb") as file:
        get_event = yaml.CSafeLoader(file).get_event
        while type(get_event()) is not yaml.StreamEndEvent:
            pass
    return time.perf_counter() - started
