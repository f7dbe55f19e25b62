"""What 100,000 goods cost to be exported: memory at its peak, and time without DynamoDB and S3."""

import json
import subprocess
import sys

import pytest

from infra.settings import PROJECT_ROOT

GOODS = 100_000
# Of the 512 MB that the function has.
MEGABYTES = 200
EXPORT = """
import json, resource, sys, tempfile, time

import tests.conftest
from chalicelib.exports import content
from chalicelib.exports.goods import write_goods
from chalicelib.models.catalogue import Offer, Shop

GOODS = int(sys.argv[1])
WORDS = "Смартфон Тайга 128 ГБ графит "


def offer(number):
    found = Offer(*Offer.key(number))
    found.offer_id, found.shop_id, found.listed, found.ext_id = number, 7, True, str(number)
    found.name, found.model, found.category = f"{WORDS}{number}", f"m/{number}", f"Категория {number % 30}"
    found.price, found.quantity, found.description = number * 99, number % 50, WORDS * 10
    found.parameters = [[f"Свойство {n}", f"значение {n * number}"] for n in range(10)]
    return found


class Sink:
    size = 0

    def write(self, data):
        self.size += len(data)
        return len(data)

    def flush(self):
        pass


shop = Shop(*Shop.key(7))
shop.name, shop.shards = "Связь-Плюс", 1
Shop.get = classmethod(lambda *_, **__: shop)
Offer.by_shop.query = lambda *_, **__: (offer(number) for number in range(1, GOODS + 1))
content._offers = lambda ids: map(offer, ids)
started, sink = time.monotonic(), Sink()
with tempfile.TemporaryFile() as file:
    spool = content.collect_goods(7, file, lambda *_: None)
    write_goods(sys.argv[2], sink, spool.about, spool.goods())
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
print(json.dumps({"peak_mb": round(peak), "seconds": round(time.monotonic() - started, 1), "bytes": sink.size}))
"""


@pytest.mark.parametrize("file_format", ["yaml", "csv", "xlsx", "yml"])
def test_a_large_export_fits_into_its_function(file_format: str) -> None:
    command = [sys.executable, "-c", EXPORT, str(GOODS), file_format]
    done = subprocess.run(command, cwd=PROJECT_ROOT, capture_output=True, text=True, check=True)
    measured = json.loads(done.stdout.splitlines()[-1])
    print(f"\n{file_format}: {measured}")
    assert measured["peak_mb"] < MEGABYTES
