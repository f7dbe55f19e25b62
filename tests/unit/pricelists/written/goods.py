"""Goods with every text that a format or a spreadsheet could take for something else."""

import io
from typing import Any

from chalicelib.goods import Good
from chalicelib.pricelists.written.goods import AboutGoods

AWKWARD = [
    *("007", "1e5", "0x1F", "1_000", "12:30", "010", "2026-11-23", "19.90", "-5", "+7 900", "=1+1", "@sum", "0"),
    *("null", "~", "yes", "No", "TRUE", "off", "y", "<<", "#нет", "a #b", "a: b", "- a", "? a", "[a]", "{a: b}"),
    *("&якорь", "*якорь", "!tag", "|", ">", "%a", "`a`", "'", '"', "''", '"а"', "a\\nb", "\\", "a,b;c", "a;b"),
    *("Ёлка «Сказка»", "½ л", "emoji 🎄", "комбинация й", "a\u00a0b", "a\ufeffb", "<b>&amp;</b>", "]]>", "A" * 500),
    *(":", "a:", "-", "--- a", "...", "...a", ".5", "1.", "Infinity", ".nan", "e", "5 шт.", "30 %", "a(b)"),
]


def make_good(number: int = 1, **changes: Any) -> Good:
    good = {
        "line": 0,
        "ext_id": str(number),
        "category": "Смартфоны",
        "model": f"m/{number}",
        "name": f"Товар {number}",
        "price": 10_000,
        "price_rrc": None,
        "quantity": 10,
        "parameters": (),
    }
    return Good(**{**good, **changes})


def awkward_goods() -> list[Good]:
    """Each text as id, name, model, category, unit, description, and as name and value of a parameter."""
    return [
        make_good(
            number,
            ext_id=text[:100],
            category=" ".join(text[:200].split()),
            model=text[:200],
            name=text,
            price=number * 1_999 + 1,
            price_rrc=number * 1_999 + 100 if number % 2 else None,
            quantity=number - 1,
            unit=text[:50],
            gtin="04601234567893" if number % 3 else "",
            step_quantity=number if number % 2 else 1,
            min_quantity=number * 2 if number % 4 else 1,
            max_quantity=number * 9 if number % 5 else None,
            vat_rate=(None, 0, 10, 22)[number % 4],
            description=f"{text}\n\n{text}",
            images=("https://img.example/1.jpg?a=1&b=2", "http://img.example/я")[: number % 3],
            parameters=((text[:100], text), ("Цвет", "графит")),
        )
        for number, text in enumerate(AWKWARD, 1)
    ]


def about(goods: list[Good], **changes: Any) -> AboutGoods:
    names = sorted({name for good in goods for name, _ in good.parameters})
    known = {
        "shop": "Связь-Плюс",
        "made_at": "2026-11-23T15:48:10+00:00",
        "categories": tuple(dict.fromkeys(good.category for good in goods)),
        "parameter_names": tuple(names),
    }
    return AboutGoods(**{**known, **changes})


class Page(io.BytesIO):
    """Where a writer writes to in tests; cannot be turned back, as an upload cannot."""

    def seekable(self) -> bool:
        return False

    def seek(self, *_: Any) -> int:
        raise io.UnsupportedOperation

    def tell(self) -> int:
        raise io.UnsupportedOperation
