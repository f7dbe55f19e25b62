"""People read one calendar, Moscow's, and it is named: on papers, in mails, files and where they ask for days."""

import zipfile
from datetime import UTC, datetime, timedelta
from io import BytesIO

import pypdf
import pytest
import requests

from chalicelib import clock
from tests.integration.exports.asked import exported, lines, start, state
from tests.integration.world import Person, World, good

# Half an hour before midnight in London, half an hour into the new year in Moscow.
NEW_YEAR = datetime(2026, 12, 31, 21, 30, tzinfo=UTC)


@pytest.fixture(autouse=True)
def new_year(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: NEW_YEAR)


@pytest.fixture
def shop(world: World) -> Person:
    return world.shop("shop@a.example", good(1))


@pytest.fixture
def order_id(buyer: Person, shop: Person) -> int:
    return buyer.order((shop.sells(1), 2))


def document(person: Person, order_id: int, name: str) -> bytes:
    documents = person.get(f"/order/{order_id}/documents").body["documents"]
    (url,) = [one["url"] for one in documents if one["name"].startswith(name)]
    return requests.get(url, timeout=5).content


def page_of(pdf: bytes) -> str:
    return " ".join(word for page in pypdf.PdfReader(BytesIO(pdf)).pages for word in page.extract_text().split())


def part_of(book: bytes, name: str) -> str:
    return zipfile.ZipFile(BytesIO(book)).read(f"xl/{name}.xml").decode()


def test_papers_and_mails_of_an_order_have_the_day_of_moscow(world: World, buyer: Person, order_id: int) -> None:
    world.pump()
    waybill = page_of(document(buyer, order_id, "waybill"))
    workbook = part_of(document(buyer, order_id, "order"), "sharedStrings")
    assert "от 01.01.2027 " in waybill
    mails = [mail["text"] for mail in world.mails()]
    assert len(mails) > 1
    for text in (waybill, workbook, *mails):
        assert "01.01.2027 00:30 МСК" in text
        assert "31.12.2026" not in text


ASKED = {
    "from=2027-01-01&to=2027-01-01": True,
    "from=2026-12-31&to=2026-12-31": False,
    "from=2027-01-01T00:30&to=2027-01-01T00:31": True,
    "from=2027-01-01T00:31": False,
    "from=2026-12-31T21:31Z": False,
    "from=2026-12-31T21:30Z&to=2026-12-31T21:31Z": True,
}


@pytest.mark.usefixtures("order_id")
def test_a_day_that_is_asked_for_is_moscows(buyer: Person, shop: Person, admin: Person) -> None:
    for person, path in ((buyer, "/order"), (shop, "/partner/orders"), (admin, "/admin/orders")):
        assert {query: bool(person.get(f"{path}?{query}").body) for query in ASKED} == ASKED, path


@pytest.mark.usefixtures("order_id")
def test_an_export_has_the_day_of_moscow_in_its_rows_and_its_name(buyer: Person, shop: Person) -> None:
    day = {"from": "2027-01-01", "to": "2027-01-01"}
    (line,) = lines(exported(shop, kind="orders", format="csv", **day))
    assert line["Дата (МСК)"] == "2027-01-01 00:30:00"
    # Days since the end of 1899.
    days = (NEW_YEAR.replace(tzinfo=None) + timedelta(hours=3) - datetime(1899, 12, 30)) / timedelta(days=1)  # noqa: DTZ001 - a spreadsheet knows no zone
    sheet = part_of(exported(shop, kind="orders", format="xlsx", **day), "worksheets/sheet1")
    assert f"<v>{days:.5f}" in sheet
    export_id = start(buyer, format="csv", **day)
    assert state(buyer, export_id)["file_name"] == "orders-2027-01-01-0030.csv"


def test_a_shop_opens_again_at_the_time_of_moscow(shop: Person) -> None:
    assert shop.post("/partner/state", {"state": "off", "until": "2027-01-01T00:29"}).status == 400
    assert shop.post("/partner/state", {"state": "off", "until": "2027-01-01T09:00"}).status == 200
    assert shop.get("/partner/state").body["until"] == "2027-01-01T06:00:00.000000Z"
