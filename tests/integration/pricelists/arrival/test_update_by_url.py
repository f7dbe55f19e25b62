"""Lists that a supplier has fetched from an address: imported, or failed with a text and a mail."""

import gzip
import json

import pytest
import yaml

from tests.integration.pricelists.arrival.site import OK, Reply, Site, answer, pull
from tests.integration.world import Person, good, price_list, stored_import


@pytest.mark.parametrize("path", ["/partner/update", "/partner/update/url"])
def test_a_list_is_imported_by_its_address(shop: Person, site: Site, path: str) -> None:
    site.pages["/list.yaml"] = answer(yaml.safe_dump(price_list(good(1))).encode())
    import_id = pull(shop, site.url("/list.yaml"), path)
    assert shop.imported(import_id)["status"] == "queued"
    shop.world.arrive(stored_import(import_id).file_key or "")
    record = shop.imported(import_id)
    assert (record["status"], record["door"], record["file_name"]) == ("done", "url", "list.yaml")
    assert shop.offer(1).price == 10000


@pytest.mark.parametrize(
    ("path", "code"), [("/missing", "url_status"), ("/half", "url_unreachable"), ("/round", "url_redirects")]
)
def test_a_list_that_cannot_be_fetched_fails_with_a_text_and_a_mail(
    shop: Person, site: Site, path: str, code: str
) -> None:
    site.pages |= {
        "/missing": answer(status=404),
        "/half": answer(b"goods:", **{"Content-Length": "100"}),
        "/round": answer(status=302, Location="/round"),
    }
    record = shop.imported(pull(shop, site.url(path)))
    assert (record["status"], [error["code"] for error in record["errors"]]) == ("failed", [code])
    assert record["errors"][0]["message"]
    assert len(shop.world.mails()) == 1


@pytest.mark.parametrize("url", ["http://10.0.0.1/x", "http://localhost/x", "http://user:secret@127.0.0.1/x"])
def test_an_inside_address_is_accepted_for_fetching_and_fails_there(shop: Person, url: str) -> None:
    record = shop.imported(pull(shop, url))
    assert (record["status"], record["errors"][0]["code"]) == ("failed", "url_refused")


def without_length(body: bytes) -> Reply:
    return lambda request: request.wfile.write(f"{OK}\r\n".encode() + body) and None


LIST = price_list(good(1))


@pytest.mark.parametrize(("page", "warned"), [
    (without_length(yaml.safe_dump(LIST).encode()), True),
    (without_length(b"id;category;name;price;quantity\n1;Cases;Case;1;1\n"), True),
    (without_length(json.dumps(LIST).encode()), False),
    (without_length(gzip.compress(yaml.safe_dump(LIST).encode())), False),
    (answer(yaml.safe_dump(LIST).encode()), False),
], ids=["yaml", "csv", "json", "gzip", "length"])  # fmt: skip
def test_a_list_whose_end_nothing_tells_is_imported_with_a_warning(
    shop: Person, site: Site, page: Reply, warned: bool
) -> None:
    site.pages["/list"] = page
    import_id = pull(shop, site.url("/list"))
    shop.world.arrive(stored_import(import_id).file_key or "")
    record = shop.imported(import_id)
    assert (record["status"], [one["code"] for one in record["errors"]]) == ("done", ["end_unknown"] * warned)


@pytest.mark.parametrize(
    "packed", [gzip.compress(yaml.safe_dump(LIST).encode()), json.dumps(LIST).encode()], ids=["gzip", "json"]
)
def test_a_list_that_tells_its_end_is_refused_where_it_breaks_off(shop: Person, site: Site, packed: bytes) -> None:
    site.pages["/list"] = without_length(packed[:-9])
    import_id = pull(shop, site.url("/list"))
    shop.world.arrive(stored_import(import_id).file_key or "")
    assert shop.imported(import_id)["status"] == "failed"
