"""Whatever something that is no 1C sends: lines of ours, and never a fault of ours."""

from itertools import product
from urllib.parse import quote

import pytest

from chalicelib.exchange.protocol import _ACTS
from tests.clients.one_c import OneC, packed

MODES = sorted({mode for acts in _ACTS.values() for mode in acts} | {"", "info", "чужой"})
NAMES = ("import.xml", "1.zip", "a/b/offers.xml", "%00", "..%2f", quote("я" * 600), quote("х.xml"), "list.xlsx")
CONTENTS = (
    b"",
    b"PK\x03\x04",
    packed({"offers.xml": b"<a/>"})[:-30],
    packed({" ": b"", "x/": b"", "../offers.xml": b"<a/>"}),
    packed({"offers.xml": packed({"offers.xml": b"\0" * 100_000})}),
    b"<" * 1_000,
    "<КоммерческаяИнформация><Документ><Номер>99</Номер></Документ></КоммерческаяИнформация>".encode(),
    "<КоммерческаяИнформация><Документ><Ид>0</Ид><Номер>²</Номер></Документ></КоммерческаяИнформация>".encode(),
    bytes(range(256)),
)
HEADERS = (
    {"Authorization": "Basic"},
    {"Authorization": "Basic ===="},
    {"Authorization": "Basic " + "A" * 5_000},
    {"Authorization": "Basic /w=="},
    {"Cookie": "exchange_session=" + "я" * 3},
    {"Cookie": "exchange_session=; exchange_session=x; =;;"},
    {},
)


@pytest.mark.parametrize("kind", ["catalog", "sale", "reference"])
def test_no_call_is_a_fault_of_ours(base: OneC, kind: str) -> None:
    base.begin("catalog")
    for place, (mode, content) in enumerate(product(MODES, CONTENTS)):
        name = NAMES[place * 3 % len(NAMES)]
        path = f"/partner/1c_exchange?type={kind}&mode={quote(mode)}&filename={name}"
        heard = base.send("POST", path, {"Cookie": base.cookie, "Content-Type": "application/zip"}, content)
        assert heard.status in {200, 400, 401}, (mode, name, heard.text)
        assert heard.lines[0].startswith(("success", "progress", "failure", "zip=", "<?xml")), heard.text


def test_no_login_is_a_fault_of_ours(base: OneC) -> None:
    for headers in HEADERS:
        for mode in ("checkauth", "init"):
            heard = base.send("GET", f"/partner/1c_exchange?mode={mode}", headers, b"")
            assert (heard.status, heard.lines[0]) == (401, "failure"), headers
