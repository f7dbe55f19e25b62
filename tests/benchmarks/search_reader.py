"""What a process needs to answer: it opens an index, asks each kind of query and prints the memory that took, in MB."""

import re
import sys
from pathlib import Path

from chalicelib.catalogue.search.embedded.engine import EmbeddedEngine
from chalicelib.catalogue.search.embedded.index import OfferIndex
from tests.benchmarks.search import KINDS, questions, synonyms_of
from tests.benchmarks.search_goods import good, words_for


def _most() -> float:
    # Not by getrusage, which counts what the process had been before it became this one.
    status = Path("/proc/self/status").read_text("ascii")
    return int(re.findall(r"VmHWM:\s+(\d+) kB", status)[0]) / 1024


if __name__ == "__main__":
    directory, offers = Path(sys.argv[1]), int(sys.argv[2])
    words = words_for(offers)
    meant = [good(number, words) for number in range(7, offers, max(1, offers // 400))]
    before = _most()
    engine = EmbeddedEngine(OfferIndex(directory), synonyms=synonyms_of(words))
    for kind in KINDS:
        for asked in questions(kind, meant):
            engine.find(asked)
    print(f"{_most() - before:.0f}")
