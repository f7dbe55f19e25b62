"""Price lists as suppliers have them: tables with columns of their own."""

import io
from collections.abc import Sequence
from typing import Any

import xlsxwriter

from chalicelib import aws
from chalicelib.bodies import Upload
from chalicelib.pricelists.arrival import doors
from chalicelib.settings import settings
from tests.integration.world import Person, World

HEADER = ("Артикул", "Наименование", "Цвет упаковки", "Цена, руб", "Остаток")


def workbook(*rows: Sequence[object], header: Sequence[str] = HEADER, sheet: str = "Прайс") -> bytes:
    """Return a workbook with a title above its header."""
    file = io.BytesIO()
    book = xlsxwriter.Workbook(file, {"in_memory": True})
    page = book.add_worksheet(sheet)
    for number, row in enumerate([("ООО «Посуда»",), header, *rows]):
        for place, cell in enumerate(row):
            page.write(number, place, cell)
    book.close()
    return file.getvalue()


def rows(count: int, price: int = 100, name: str = "Чашка") -> list[tuple[object, ...]]:
    """Return rows below HEADER."""
    numbers = range(1, count + 1)
    return [(f"А-{number}", f"{name} {number}", "белый", f"{price + number} руб.", ">10") for number in numbers]


def table(count: int, **more: Any) -> bytes:
    """Return a workbook of so many goods."""
    return workbook(*rows(count, **more))


def stored_file(key: str) -> bytes:
    """Return a file of the bucket."""
    return bytes(aws.client("s3").get_object(Bucket=settings().files_bucket, Key=key)["Body"].read())


def left(world: World, shop: Person, file: bytes, name: str = "list.xlsx") -> int:
    """Put a list into the bucket and register it, but leave its import in the queue."""
    key = f"incoming/{shop.shop_id}/{name}"
    aws.client("s3").put_object(Bucket=settings().files_bucket, Key=key, Body=file)
    return world.announce(key) or 0


def dry_run(world: World, shop: Person, file: bytes) -> Any:
    """Return the report on a dry run of a list."""
    import_id = doors.upload(shop.shop_id, Upload("list.xlsx", file), dry_run=True)
    world.arrive(f"incoming/{shop.shop_id}/upload-{import_id}")
    return shop.imported(import_id)
