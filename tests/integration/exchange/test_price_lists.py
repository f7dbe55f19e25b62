"""Price lists from 1C: the session, the pieces, when a list is complete, and what 1C is told."""

import pytest
import yaml

from chalicelib.exchange import chunks, receiving
from chalicelib.models.exchange import CurrentExchange
from chalicelib.models.imports import Import
from chalicelib.sweeping import sweep
from tests.clients.one_c import Refused, packed
from tests.integration.calls import Died, dying_after_any, meanwhile
from tests.integration.clock import later
from tests.integration.exchange.session import OFFERS, PARTS, bundles, exchanges, one_c, stored_files, work
from tests.integration.world import Person, World, good, price_list


def test_a_list_in_pieces_of_an_archive_is_stored_as_one_bundle_of_its_parts(world: World, shop: Person) -> None:
    base = one_c(world, shop, portion=150)
    base.begin("catalog")
    archive = packed(
        {"webdata/import.xml": PARTS["import.xml"], "import_files/1.jpg": b"jpg", "offers.xml": PARTS["offers.xml"]}
    )
    base.file("catalog", "v8_1A2B.zip", archive)
    assert len(stored_files("exchange/")) == -(-len(archive) // 150) > 2
    assert base.call("GET", "catalog", "import", filename="import.xml").lines[0] == "success"
    assert bundles(shop) == []
    assert base.call("GET", "catalog", "import", filename="offers.xml").lines[0] == "progress"
    world.pump()
    assert bundles(shop) == [PARTS]
    (record,) = shop.get("/partner/imports").body
    assert (record["door"], record["status"]) == ("1c", "queued")


def test_files_that_come_one_after_the_other_make_one_list(world: World, shop: Person) -> None:
    base = one_c(world, shop)
    base.begin("catalog")
    for name, content in PARTS.items():
        base.file("catalog", rf"upload\1c\webdata\{name}", content)
        first = base.call("GET", "catalog", "import", filename=name).lines[0]
    assert first == "progress"
    world.pump()
    assert bundles(shop) == [PARTS]


def test_an_archive_with_the_folders_of_windows_is_read_as_well(world: World, shop: Person) -> None:
    base = one_c(world, shop)
    archive = packed({rf"C:\webdata\..\{name}": content for name, content in PARTS.items()})
    base.begin("catalog")
    base.file("catalog", "1.zip", archive)
    told = [base.call("GET", "catalog", "import", filename=name).lines[0] for name in PARTS]
    assert told == ["success", "progress"]
    world.pump()
    assert bundles(shop) == [PARTS]


def test_a_part_that_1c_never_asks_for_holds_nothing_up(world: World, shop: Person) -> None:
    base = one_c(world, shop)
    base.begin("catalog")
    base.file("catalog", "1.zip", packed({**PARTS, "storages.xml": b"<a/>"}))
    told = [base.call("GET", "catalog", "import", filename=name).lines[0] for name in PARTS]
    assert told == ["success", "progress"]
    world.pump()
    assert bundles(shop) == [{**PARTS, "storages.xml": b"<a/>"}]


def test_the_end_of_the_import_is_told_in_words(world: World, shop: Person) -> None:
    content = yaml.safe_dump(price_list(good(1), good(2)), allow_unicode=True).encode()
    base = one_c(world, shop)
    told = base.catalog({"list.yaml": content}, between=lambda: work(world))
    assert told.startswith("success\nПрайс-лист загружен")
    assert [row["id"] for row in shop.world.call("GET", f"/products?shop_id={shop.shop_id}").body] == [
        shop.sells(1),
        shop.sells(2),
    ]


def test_a_list_that_fails_is_told_with_its_faults(world: World, shop: Person) -> None:
    base = one_c(world, shop)
    with pytest.raises(Refused, match="Прайс-лист не загружен"):
        base.catalog({"list.csv": "Это не прайс".encode()}, between=lambda: work(world))


def test_a_piece_that_is_sent_again_counts_once_and_a_file_may_begin_again(world: World, shop: Person) -> None:
    base = one_c(world, shop)
    base.begin("catalog")
    for piece in (b"<a>", b"<b>", b"<b>", b"</b>", b"<a>", b"<c/>", b"<c/>", b"</a>"):
        base.file("catalog", "offers.xml", piece)
    base.call("GET", "catalog", "import", filename="offers.xml")
    base.call("GET", "catalog", "complete")
    world.pump()
    assert bundles(shop)[-1] == {"offers.xml": b"<a><c/></a>"}


def test_a_basic_login_with_every_call_does_as_well(world: World, shop: Person) -> None:
    base = one_c(world, shop, keeps_cookie=False)
    base.begin("catalog")
    base.file("catalog", "1.zip", packed(PARTS))
    base.call("GET", "catalog", "import", filename="import.xml")
    assert base.call("GET", "catalog", "import", filename="offers.xml").lines[0] == "progress"


def test_two_exchanges_of_a_shop_do_not_mix(world: World, shop: Person) -> None:
    one, other = one_c(world, shop), one_c(world, shop)
    one.begin("catalog")
    other.begin("catalog")
    halves = [packed(PARTS)[:200], packed(PARTS)[200:]]
    for half in halves:
        one.file("catalog", "1.zip", half)
        other.file("catalog", "1.zip", half)
    for base in (one, other):
        for name in PARTS:
            base.call("GET", "catalog", "import", filename=name)
    world.pump()
    assert bundles(shop) == [PARTS, PARTS]


def test_an_exchange_that_begins_takes_nothing_from_the_one_before(
    world: World, shop: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    base = one_c(world, shop, keeps_cookie=False)
    base.catalog({"prices0_1.xml": OFFERS.replace("Количество", "Склад").encode()}, between=world.pump)
    base.catalog({"prices0_2.xml": OFFERS.replace("Количество", "Склад").encode()}, between=world.pump)
    later(monkeypatch, seconds=receiving.WAIT_SECONDS + 1)
    sweep()
    world.pump()
    assert sorted([*one] for one in bundles(shop)) == [["prices0_1.xml"], ["prices0_2.xml"]]


def test_whether_a_file_is_an_archive_costs_its_first_bytes(
    world: World, shop: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    base, sizes = one_c(world, shop), []
    base.begin("catalog")
    for number in range(3):
        base.file("catalog", f"{number}.dat", bytes(50_000))

    def stored(*asked: str) -> bytes:
        sizes.append(len(content := real(*asked)))
        return content

    real = chunks._stored
    monkeypatch.setattr(chunks, "_stored", stored)
    with pytest.raises(Refused):
        base.call("GET", "catalog", "import", filename="nothing.xml")
    assert sizes == [4] * 3


def test_a_file_may_come_without_a_beginning(world: World, shop: Person) -> None:
    base = one_c(world, shop, keeps_cookie=False)
    base.limit = 1_000
    base.file("catalog", "1.zip", packed(PARTS))
    base.call("GET", "catalog", "import", filename="import.xml")
    assert base.call("GET", "catalog", "import", filename="offers.xml").lines[0] == "progress"


def test_of_two_pieces_at_the_same_moment_none_is_lost(world: World, shop: Person) -> None:
    base = one_c(world, shop)
    base.begin("catalog")
    (pointer,) = CurrentExchange.query(f"EXCHANGES_OF#{shop.shop_id}")
    channel = receiving.Channel(shop.shop_id, *pointer.sk.split("#")[1:])

    def another() -> None:
        receiving.append(channel, "prices.xml", b"<prices/>")

    with meanwhile("UpdateItem", another, table="jobs"):
        base.file("catalog", "rests.xml", b"<rests/>")
    assert {one["name"] for one in exchanges()[0].files} == {"prices.xml", "rests.xml"}


@pytest.mark.parametrize("calls", range(1, 13, 4))
def test_a_worker_that_dies_between_parts_leaves_nothing_undone(world: World, shop: Person, calls: int) -> None:
    base = one_c(world, shop)
    base.begin("catalog")
    base.file("catalog", "1.zip", packed(PARTS))
    for name in PARTS:
        base.call("GET", "catalog", "import", filename=name)
    try:
        with dying_after_any(calls):
            world.pump()
    except Died:
        pass
    again(world)
    assert bundles(shop) == [PARTS]
    (record,) = shop.get("/partner/imports").body
    assert Import.at(record["id"]).require().file_key == stored_files(f"incoming/{shop.shop_id}/")[0]


def again(world: World) -> None:
    """Time passes until the lease of the dead worker is over and the sweeper has sent its message once more."""
    with pytest.MonkeyPatch.context() as monkeypatch:
        later(monkeypatch, seconds=3_600)
        sweep()
        world.pump()


@pytest.mark.parametrize(
    ("name", "said"),
    [("../offers.xml", "Недопустимое имя"), ("a/../../b.xml", "Недопустимое имя"), ("", "Недопустимое имя")],
)
def test_no_name_leads_out(world: World, shop: Person, name: str, said: str) -> None:
    base = one_c(world, shop)
    base.begin("catalog")
    with pytest.raises(Refused, match=said):
        base.file("catalog", name, b"<a/>")


def test_what_cannot_be_put_together_is_told(world: World, shop: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    base = one_c(world, shop)
    base.begin("catalog")
    refused = []

    def tried(mode: str, name: str, content: bytes = b"") -> None:
        with pytest.raises(Refused) as told:
            base.call("POST" if content else "GET", "catalog", mode, content, filename=name)
        refused.append(told.value.args)

    tried("import", "offers.xml")
    tried("file", "offers.xml")
    tried("nothing", "")
    tried("file", "1.zip", "\ufffd".encode() * 100)
    base.file("catalog", "1.zip", packed(PARTS)[:300])
    tried("import", "offers.xml")
    monkeypatch.setattr(receiving, "MAX_FILES", 1)
    tried("file", "2.zip", b"PK")
    monkeypatch.setattr(receiving, "MAX_UPLOAD", 301)
    tried("file", "1.zip", b"PK")
    assert {status for status, _ in refused} == {200}
    texts = [text.split("\n")[1] for _, text in refused]
    words = ("не передан", "пустым", "не знает", "как текст", "повреждён", "не больше 1 файлов", "МБ")
    assert [word for word, text in zip(words, texts, strict=True) if word not in text] == []
