"""How fast price lists come in, against what the same stack can take at all: `make bench-import`.

The floor of a list is what nobody can do without: reading the YAML events of its file, and looking up and writing the
very items that its import wrote, raw, in parallel, in a table with the same indexes, on the same stack. The last line
is the ratio of the first import of 100,000 goods. Lists that write little are compared with reading alone
(docs/decisions/0075-floors.md).
"""

import json
import os
import sys
import tempfile
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from infra import commands
from infra.output import step
from infra.settings import Stack, embedded_stack
from infra.stages import read_stage
from infra.template import load_template
from tests.benchmarks.floor import bare_client, wait_for_the_index
from tests.benchmarks.lists import FIRST_ID, read_events, write_list, write_workbook
from tests.e2e.conftest import free_port

SIZES, FULL = (10_000, 100_000), 1_000_000
BLOCK = 20_000
FIRST, UNCHANGED, CHANGED, WORKBOOK, GROWTH, MEMORY = 1.5, 3.5, 4.0, 1.5, 11.0, 512
# Items of a large list that are put to know what all of them take, which grows with their number alone.
RAW_AT_MOST = 200_000
READ = 1_000
POLL = 1.0  # seconds: an import's record has its duration, and polling costs the stack time
THREADS = (2, 4, 8)


@dataclass
class Measured:
    """Seconds, and the megabytes the planner had at its most."""

    goods: int
    first: float = 0.0
    unchanged: float = 0.0
    changed: float = 0.0
    written: list[int] = field(default_factory=list)
    events: float = 0.0
    raw: float = 0.0
    workbook: float = 0.0
    memory: int = 0

    @property
    def floor(self) -> float:
        """Seconds that reading and writing take at least."""
        return self.events + self.raw

    @property
    def ratio(self) -> float:
        """The first import over the floor."""
        return self.first / self.floor


class Bench:
    """One stack and what is measured on it."""

    def __init__(self, stack: Stack, directory: Path) -> None:
        self.stack, self.directory = stack, directory
        self.stage = read_stage("local")
        self.s3, self.dynamodb = stack.client("s3"), stack.client("dynamodb")
        self.table = self.stage.environment["TABLE_PREFIX"] + "-catalogue"

    def shop(self) -> int:
        """A new shop without goods, of an owner who gets the reports."""
        from chalicelib.catalogue.shops import new_shop
        from chalicelib.ids import new_id
        from chalicelib.models.accounts import User

        owner = User.at(user_id := new_id())
        owner.user_id, owner.role, owner.email = user_id, "shop", "bench@bench.example"
        owner.first_name, owner.last_name, owner.company = "Анна", "Круглова", "Измеряемый"
        owner.password_hash, owner.confirmed, owner.created_at = "-", True, "2026-01-01T00:00:00.000000Z"
        shop = new_shop(new_id(), "Измеряемый", user_id)
        owner.shop_id = shop.entity_id
        owner.save()
        shop.save()
        return shop.entity_id

    def bring(self, shop_id: int, path: Path) -> tuple[float, dict[str, int]]:
        """Seconds from the file's arrival to the report, and the counts; afterwards the search index has it, too."""
        from chalicelib.models.imports import Import
        from chalicelib.pricelists.review import decide

        known = {record.import_id for record in Import.by_owner.query(f"SHOP#{shop_id}")}
        self.s3.upload_file(str(path), self.stage.bucket, f"incoming/{shop_id}/{path.name}")
        while True:
            for record in Import.by_owner.query(f"SHOP#{shop_id}"):
                if record.import_id not in known and record.status == "needs_review":  # columns that nobody approved
                    decide(record.import_id, "bench", approve=True)
                if record.import_id not in known and record.finished_at:
                    assert record.status in {"done", "unchanged"}, (record.status, record.faults)
                    wait_for_the_index()
                    return _seconds(record.created_at, record.finished_at), record.counts
            time.sleep(POLL)

    def peak(self) -> int:
        """Megabytes that any process of the planner has had at its most."""
        mine = f"AWS_LAMBDA_FUNCTION_NAME={self.stage.lambda_name('run_import')}".encode()
        endpoint = f"AWS_ENDPOINT_URL={self.stack.endpoint_url}".encode()
        found = [0]
        for process in Path("/proc").glob("[0-9]*"):
            try:
                environment = (process / "environ").read_bytes().split(b"\0")
                if mine in environment and endpoint in environment:
                    status = (process / "status").read_text("utf-8")
                    found += [int(line.split()[1]) // 1024 for line in status.splitlines() if line.startswith("VmHWM")]
            except OSError:
                continue
        return max(found)

    def keep_items(self, shop_id: int, goods: int) -> tuple[Path, int]:
        """The items that the import wrote, as a file; and how many of them were written again since."""
        from chalicelib.catalogue.identity import offer_id
        from chalicelib.dynamo.reading import read_wire
        from chalicelib.models.catalogue import Offer

        path, stamps = self.directory / "items.jsonl", Counter[str]()
        with path.open("w", encoding="utf-8") as file:
            for first in range(1, goods + 1, READ):
                numbers = range(first, min(first + READ, goods + 1))
                keys = [Offer.key(offer_id(shop_id, str(FIRST_ID + number))) for number in numbers]
                for item in read_wire(Offer, keys):
                    stamps[item["as_of"]["S"]] += 1
                    file.write(json.dumps(item, ensure_ascii=False) + "\n")
        assert stamps.total() == goods
        return path, goods - stamps[min(stamps)]

    def raw_write(self, items: Path, threads: int, limit: int) -> float:
        """Seconds to look up the first ``limit`` items in an empty table with the same indexes, and to put them."""
        client, table = bare_client(), "bench-floor"
        self._make_table(table)
        spent = 0.0
        try:
            with items.open(encoding="utf-8") as file, ThreadPoolExecutor(threads) as pool:
                left = limit
                while block := [json.loads(line) for line, _ in zip(file, range(min(BLOCK, left)), strict=False)]:
                    left -= len(block)
                    parts = [block[at : at + 100] for at in range(0, len(block), 100)]
                    started = time.perf_counter()
                    list(pool.map(lambda part: _bring(client, table, part), parts))
                    spent += time.perf_counter() - started
        finally:
            self.dynamodb.delete_table(TableName=table)
        return spent

    def units_per_good(self, items: Path) -> tuple[float, float]:
        """Write units of a good as counted, and as budgeted: one per KB in the table and in each index that has it."""
        table = "bench-units"
        self._make_table(table)
        with items.open(encoding="utf-8") as file:
            sample = [json.loads(line) for line, _ in zip(file, range(500), strict=False)]
        counted = budget = 0.0
        for at in range(0, len(sample), 25):
            puts = [{"PutRequest": {"Item": item}} for item in sample[at : at + 25]]
            answer = self.dynamodb.batch_write_item(RequestItems={table: puts}, ReturnConsumedCapacity="TOTAL")
            counted += answer["ConsumedCapacity"][0]["CapacityUnits"]
        held = ("shop_key", "category_key", "listing_key", "product_key", "sold_key")
        for item in sample:
            kilobytes = -(-len(json.dumps(item, ensure_ascii=False).encode()) // 1024)
            budget += kilobytes * (1 + sum(key in item for key in held))
        self.dynamodb.delete_table(TableName=table)
        return counted / len(sample), budget / len(sample)

    def _make_table(self, name: str) -> None:
        properties = load_template()["Resources"]["CatalogueTable"]["Properties"]
        keys = ("AttributeDefinitions", "KeySchema", "GlobalSecondaryIndexes")
        self.dynamodb.create_table(
            TableName=name, BillingMode="PAY_PER_REQUEST", **{key: properties[key] for key in keys}
        )
        # The stack keeps indexes up to date once they were asked.
        for index in properties["GlobalSecondaryIndexes"]:
            partition = next(key["AttributeName"] for key in index["KeySchema"] if key["KeyType"] == "HASH")
            self.dynamodb.query(
                TableName=name,
                IndexName=index["IndexName"],
                KeyConditionExpression="#key = :none",
                ExpressionAttributeNames={"#key": partition},
                ExpressionAttributeValues={":none": {"S": "-"}},
            )


def _seconds(since: str, until: str) -> float:
    return (datetime.fromisoformat(until) - datetime.fromisoformat(since)).total_seconds()


def _bring(client: Any, table: str, items: list[dict[str, Any]]) -> None:
    """Write items 25 by 25, after a look whether their ids are taken."""
    keys = [{"pk": item["pk"], "sk": item["sk"]} for item in items]
    client.batch_get_item(RequestItems={table: {"Keys": keys, "ConsistentRead": True}})
    for at in range(0, len(items), 25):
        puts = [{"PutRequest": {"Item": item}} for item in items[at : at + 25]]
        client.batch_write_item(RequestItems={table: puts})


def measure(bench: Bench, goods: int) -> tuple[Measured, Path]:
    """Measure everything about lists of one size."""
    found = Measured(goods)
    shop_id = bench.shop()
    with step(f"{goods:,} goods: first import"):
        plain = write_list(bench.directory / "first.yaml", goods)
        found.first, counts = bench.bring(shop_id, plain)
        assert counts["created"] == counts["written"] == goods
        found.memory = bench.peak()
    with step("the same list again"):
        found.unchanged, counts = bench.bring(shop_id, plain)
        assert counts["unchanged"] == goods
    with step("what was written"):
        items, again = bench.keep_items(shop_id, goods)
        found.written = [again]
    with step("the floor"):
        found.events = read_events(plain)
        few, most = min(goods, 10_000), min(goods, RAW_AT_MOST)
        best = min(THREADS, key=lambda threads: bench.raw_write(items, threads, few))
        found.raw = bench.raw_write(items, best, most) * goods / most
    with step("a list of which 1 % changed"):
        found.changed, counts = bench.bring(shop_id, write_list(bench.directory / "changed.yaml", goods, changed=0.01))
        found.written.append(counts["written"])
    if goods < FULL:  # a workbook of a million goods is larger than one may be
        with step("the same goods as XLSX, into another shop"):
            found.workbook, counts = bench.bring(bench.shop(), write_workbook(bench.directory / "first.xlsx", goods))
            assert counts["created"] == counts["written"] == goods
    found.memory = max(found.memory, bench.peak())
    return found, items


def show(found: Measured) -> None:
    """One line of the table."""
    print(
        f"{found.goods:>9,} {found.first:8.1f} {found.goods / found.first:8,.0f} {found.events:7.1f} {found.raw:8.1f} "
        f"{found.ratio:6.2f} {found.unchanged:10.2f} {found.unchanged / found.events:6.2f} {found.changed:8.2f} "
        f"{found.changed / found.events:6.2f} {found.memory:5} MB  {found.written}",
        flush=True,
    )


def verdicts(lines: list[Measured], units: tuple[float, float]) -> list[tuple[str, bool]]:
    """The targets, and whether each was met."""
    judged = next(found for found in lines if found.goods == 100_000)
    unchanged, changed = judged.unchanged / judged.events, judged.changed / judged.events
    workbook = judged.workbook / judged.first
    told = [
        (f"first import of 100,000 <= {FIRST} x the floor: {judged.ratio:.2f}", judged.ratio <= FIRST),
        (f"unchanged list <= {UNCHANGED} x reading its events: {unchanged:.2f}", unchanged <= UNCHANGED),
        (f"unchanged list writes no good: {judged.written[0]}", judged.written[0] == 0),
        (f"1 % changed <= {CHANGED} x reading its events: {changed:.2f}", changed <= CHANGED),
        (f"first import of 100,000 as XLSX <= {WORKBOOK} x as YAML: {workbook:.2f}", workbook <= WORKBOOK),
        (f"write units of a good {units[0]:.2f}, budget {units[1]:.2f}", units[0] <= units[1]),
        (
            f"memory of the planner <= {MEMORY} MB: {max(found.memory for found in lines)}",
            all(found.memory <= MEMORY for found in lines),
        ),
    ]
    if lines[-1].goods == FULL:
        growth = lines[-1].first / judged.first
        told.append((f"1,000,000 goods <= {GROWTH} x 100,000 goods: {growth:.1f}", growth <= GROWTH))
    return told


def main() -> int:
    """Measure and print; 0 where every target is met."""
    full = os.environ.get("BENCH_FULL", "") not in {"", "0"}
    sizes = (*SIZES, FULL) if full else SIZES
    if not full:
        print(f"{FULL:,} goods take more than ten minutes here: set BENCH_FULL=1 to have them measured, too")
    with tempfile.TemporaryDirectory() as name:
        directory = Path(name)
        stack = replace(embedded_stack(directory / "stack", free_port()), save_seconds=0)
        commands.up(stack)
        os.environ.update({**stack.environment(), **read_stage("local").environment})
        try:
            bench = Bench(stack, directory)
            print("    goods  first s  goods/s  events  raw put  ratio  unchanged  ratio  1 % s  ratio  peak  written")
            lines, units = [], (0.0, 0.0)
            for goods in sizes:
                found, items = measure(bench, goods)
                lines.append(found)
                show(found)
                units = bench.units_per_good(items)
        finally:
            commands.down(stack)
    met = verdicts(lines, units)
    for text, good in met:
        print(f"{'ok  ' if good else 'MISS'} {text}")
    print(f"ratio {next(found.ratio for found in lines if found.goods == 100_000):.2f}")
    return int(not all(good for _, good in met))


if __name__ == "__main__":
    sys.exit(main())
