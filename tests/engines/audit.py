"""Checks a recording against the rules: `python -m tests.engines.audit DIRECTORY`; the exit code is 1 for hits."""

import sys
import time
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from tests.engines.calls import CANCELED, CONDITION, OK, RESET, files_of, recorded
from tests.engines.rules import broken_rules
from tests.engines.schema import table_of

#: Answers that say that a request was valid. What the emulator refused was wrong on purpose.
_VALID = {OK, CONDITION, CANCELED}


@dataclass
class Audited:
    """How many calls there were of each operation, and what each hit is, with how often it came."""

    calls: Counter[str] = field(default_factory=Counter)
    hits: Counter[str] = field(default_factory=Counter)

    def add(self, other: "Audited") -> None:
        """Take in what another file had."""
        self.calls += other.calls
        self.hits += other.hits


def audit_file(path: Path) -> Audited:
    """Return what the calls of one file are and break."""
    found = Audited()
    for call in recorded(path):
        if call.operation == RESET or call.outcome not in _VALID:
            continue
        named = call.request.get("TableName")
        if named is not None and table_of(named) is None:
            continue
        found.calls[call.operation] += 1
        found.hits.update(f"{call.operation}: {broken}" for broken in broken_rules(call))
    return found


def audit(directory: Path) -> Audited:
    """Return what a recording has, its files in parallel."""
    whole = Audited()
    with ProcessPoolExecutor(2) as pool:
        for found in pool.map(audit_file, files_of(directory)):
            whole.add(found)
    return whole


def main() -> int:
    """Print the figures and the hits; return the exit code."""
    began = time.monotonic()
    found = audit(Path(sys.argv[1]))
    total = found.calls.total()
    seconds = time.monotonic() - began
    print(f"audit: {total:,} calls, {found.hits.total()} break a rule, {seconds:.1f} s")
    for hit, count in found.hits.most_common(50):
        print(f"  {count} × {hit}")
    if total == 0:
        print("  nothing was recorded", file=sys.stderr)
    return 1 if found.hits or total == 0 else 0


if __name__ == "__main__":
    sys.exit(main())
