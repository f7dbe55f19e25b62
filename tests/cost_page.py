"""The tables of docs/cost.md: written from what is counted, and compared with it.

``python -m tests.cost_page --accept`` counts and writes them; without it, it prints them.
"""

import logging
import re
import sys
from collections.abc import Iterable, Mapping
from importlib import import_module
from pathlib import Path
from typing import Any

from infra.costs import (
    MACHINES,
    OF_SES,
    PRICES,
    Usage,
    beside_ses,
    fixed_month,
    total,
)
from infra.template import load_template

PAGE = Path(__file__).parents[1] / "docs" / "cost.md"
MAILS = "its documents and four mails"
#: An order of ten rows from two shops, from the catalogue until both parts are sent.
ORDER = {
    "GET products, 40 goods": 10,
    "POST basket, 10 rows": 1,
    "GET basket": 3,
    "POST order": 1,
    "GET order": 2,
    "GET order/{id}": 1,
    "GET partner/orders": 2,
    "a move": 3,
    "a move that changes the order": 3,
    MAILS: 1,
    "four delivery notices": 1,
}
#: What the buyer is mailed about the moves.
MOVES_MAILED = {"its mail": 3, "a delivery notice": 3}
GOODS, CHANGED = 100_000, 0.1
_LISTS = {
    "first list": {"a good new": 1.0},
    "the same list again": {"a good unchanged": 1.0},
    "10 % with another stock": {"a good with another stock": CHANGED, "a good unchanged": 1 - CHANGED},
    "all with another price": {"a good with another price": 1.0},
}
_LINES = {
    "API Gateway": ("http",),
    "DynamoDB, writes": ("write_units",),
    "DynamoDB, reads": ("read_units",),
    "functions": ("starts", "gb_seconds"),
    "S3": ("s3_writes", "s3_reads"),
    "SQS, SNS": ("queue_requests", "notices"),
    "logs": ("log_bytes",),
    "traffic": ("bytes_out",),
    "SES": OF_SES,
}
_MARK = "<!-- table: {} -->\n"


def order_of(steps: Mapping[str, Any]) -> Usage:
    """What one order uses, with its four mails."""
    return Usage.sum_of(ORDER, usages(steps))


def list_of(steps: Mapping[str, Any], name: str, goods: int = GOODS) -> Usage:
    """What a list of so many goods uses."""
    used = usages(steps)
    whole = used["an import beside its goods"]
    for good, share in _LISTS[name].items():
        whole += used[good] * (share * goods)
    return whole


def usages(steps: Mapping[str, Any]) -> dict[str, Usage]:
    """The usage of each step."""
    return {name: step.usage for name, step in steps.items()}


def tables(steps: Mapping[str, Any]) -> dict[str, str]:
    """Return the tables of the page by name, in Markdown."""
    order, moves = order_of(steps), Usage.sum_of(MOVES_MAILED, usages(steps))
    return {
        "steps": _table(
            "step | calls to DynamoDB | read units | write units | S3 | mail, KB | $ per 1,000", _steps(steps)
        ),
        "order": _table("line | $ per 1,000 orders | with the mails about its moves", _order(order, order + moves)),
        "lists": _table("100,000 goods | write units | GB-seconds | $", _lists(steps)),
        "month": _table(
            "orders a month | fixed, $ | orders, $ | lists, $ | here, $ | machines and SES, $", _months(steps)
        ),
        "prices": _table(
            "unit | $ | source", ([one.unit, f"{one.dollars:.4g}", one.source] for one in PRICES.values())
        ),
    }


def _steps(steps: Mapping[str, Any]) -> Iterable[list[str]]:
    for name, step in steps.items():
        used: Usage = step.usage
        s3 = used.s3_writes + used.s3_reads
        of_good = name.startswith("a good")
        yield [
            name,
            "" if of_good else str(step.calls),
            f"{used.read_units:.2f}" if of_good else f"{used.read_units:.1f}",
            f"{used.write_units:.2f}" if of_good else f"{used.write_units:.0f}",
            "" if of_good else f"{s3:.0f}",
            "" if of_good else f"{used.mail_bytes / 1000:.0f}",
            f"{1000 * beside_ses(used):.4f}",
        ]


def _order(*orders: Usage) -> Iterable[list[str]]:
    found = [one.dollars() for one in orders]
    for line, names in _LINES.items():
        yield [line, *(f"{1000 * sum(one[name] for name in names):.3f}" for one in found)]
    yield ["**beside SES**", *(f"**{1000 * beside_ses(one):.3f}**" for one in orders)]
    yield ["**together**", *(f"**{1000 * total(one):.3f}**" for one in orders)]


def _lists(steps: Mapping[str, Any]) -> Iterable[list[str]]:
    for name in _LISTS:
        used = list_of(steps, name)
        yield [name, f"{used.write_units:,.0f}", f"{used.gb_seconds:.0f}", f"{total(used):.3f}"]


def _months(steps: Mapping[str, Any]) -> Iterable[list[str]]:
    used = usages(steps)
    order = order_of(steps) + Usage.sum_of(MOVES_MAILED, used)
    resources = load_template()["Resources"].values()
    alarms = sum(one["Type"] == "AWS::CloudWatch::Alarm" for one in resources)
    fixed = fixed_month(alarms, queues=5, sweep=used["an empty sweep"])
    lists = total(list_of(steps, "10 % with another stock")) * 30
    for orders, machines in MACHINES.items():
        ours = total(order) * orders
        ses = sum(order.dollars()[name] for name in OF_SES) * orders
        sums = (fixed, ours, lists, fixed + ours + lists, machines + ses)
        yield [f"{orders:,}", *(f"{one:,.2f}" for one in sums)]


def _table(head: str, rows: Iterable[list[str]]) -> str:
    names = head.split(" | ")
    lines = [names, ["---"] * len(names), *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def read(page: str) -> dict[str, str]:
    """Return the tables that the page has, by name."""
    found = re.findall(r"<!-- table: (\w+) -->\n((?:\|.*\n)*)", page)
    return dict(found)


def write(page: str, found: Mapping[str, str]) -> str:
    """Return the page with these tables in the places of its own."""
    for name, table in found.items():
        mark = re.escape(_MARK.format(name))
        page = re.sub(f"({mark})(?:\\|.*\n)*", lambda place, table=table: f"{place[1]}{table}", page)
    return page


def differences(page: str, found: Mapping[str, str], share: float = 0.03) -> list[str]:
    """Return the cells in which the page is off by more than this share, or says something else."""
    shown = read(page)
    wrong = [f"the page has no table {name}" for name in found.keys() - shown.keys()]
    for name in found.keys() & shown.keys():
        lines = [text.splitlines() for text in (shown[name], found[name])]
        if len(lines[0]) != len(lines[1]):
            wrong.append(f"{name}: {len(lines[0])} lines, not {len(lines[1])}")
        for old, new in zip(*lines, strict=False):
            cells = zip(old.split(" | "), new.split(" | "), strict=False)
            wrong += [f"{name}: {line_of(old)}: {a}, not {b}" for a, b in cells if not _alike(a, b, share)]
    return wrong


def line_of(row: str) -> str:
    """The first cell of a row."""
    return row.strip("| ").split(" | ")[0]


def _alike(old: str, new: str, share: float) -> bool:
    numbers = [re.fullmatch(r"[\s|*]*([\d,]*\.?\d+)[\s|*]*", text) for text in (old, new)]
    if numbers[0] is None or numbers[1] is None:
        return old == new
    a, b = (float(number[1].replace(",", "")) for number in numbers if number)
    return abs(a - b) <= max(share * max(a, b), 0.011)


def count() -> Mapping[str, Any]:
    """Tell the story on moto; return its steps."""
    # The first sets the environment in which the others can be imported.
    names = ("tests.conftest", "moto", "tests.tables", "tests.integration.conftest", "tests.integration.cost_story")
    _, moto, made, fixtures, story = (import_module(name) for name in names)
    logging.disable(logging.CRITICAL)
    with moto.mock_aws():
        made.create_tables()
        with fixtures.service() as world:
            told = story.Story(world)
            told.tell()
    steps: Mapping[str, Any] = told.steps
    return steps


def main(arguments: list[str]) -> int:
    """Print or accept the tables."""
    page = write(PAGE.read_text(encoding="utf-8"), tables(count()))
    if arguments == ["--accept"]:
        PAGE.write_text(page, encoding="utf-8")
    else:
        sys.stdout.write(page)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
