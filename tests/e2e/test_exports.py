"""Exports through HTTP, the queue and S3, with IAM enforced, and how much memory a large one takes."""

import re
from typing import Any

import pytest
import requests
import yaml

from infra.demo import wait_for
from tests.e2e.conftest import RunningStack
from tests.e2e.service import Service, good, price_list
from tests.e2e.workers import most_memory


@pytest.fixture
def service(stack: RunningStack) -> Service:
    return Service(stack)


def start(service: Service, token: str, path: str, **asked: Any) -> int:
    answer = service.call("POST", path, token, json=asked)
    assert answer.status_code == 202, answer.text
    return int(answer.json()["export_id"])


def finished(service: Service, token: str, path: str, export_id: int) -> Any:
    """An export as soon as it is finished."""

    def look() -> Any:
        told = service.ok("GET", f"{path}/{export_id}", token)
        return told if told["finished_at"] else None

    return wait_for(f"export {export_id}", look)


def file_of(service: Service, token: str, path: str, **asked: Any) -> requests.Response:
    told = finished(service, token, path, start(service, token, path, **asked))
    assert told["status"] == "done", told
    answer = requests.get(told["url"], timeout=60)
    assert answer.status_code == 200, answer.text
    assert answer.headers["Content-Disposition"] == f'attachment; filename="{told["file_name"]}"'
    return answer


@pytest.mark.parametrize("file_format", ["yaml", "csv", "yml"])
def test_a_price_list_comes_out_as_it_went_in(service: Service, file_format: str) -> None:
    goods = [
        good(1, price=19.9, parameters={"Вес": "-5 кг", "yes": "no"}),
        good(2, name="=1+1; «Ёлка»", quantity=0),
        good(3, id="007", model="1e5", price_rrc=150),
    ]
    email, token = service.account("shop")
    assert service.imported(token, service.upload(token, price_list(*goods)))["status"] == "done"
    content = file_of(service, token, "/partner/exports", format=file_format).content
    report = service.imported(token, service.upload(token, content, f"again.{file_format}"))
    assert (report["status"], report["counts"]["unchanged"], report["errors"]) == ("unchanged", 3, [])
    assert "exports/" in service.mailed(email, "Выгрузка").text


def test_the_short_form_makes_a_price_list(service: Service) -> None:
    token, _ = service.shop_with(good(1))
    answer = service.call("GET", "/partner/export", token)
    assert answer.status_code == 202
    told = finished(service, token, "/partner/exports", answer.json()["export_id"])
    assert yaml.safe_load(requests.get(told["url"], timeout=10).content)["goods"][0]["id"] == 1


@pytest.mark.parametrize("file_format", ["csv", "xlsx", "jsonl"])
def test_buyer_shop_and_administrator_get_their_orders(service: Service, file_format: str) -> None:
    shop, offers = service.shop_with(good(1))
    buyer, contact = service.buyer()
    service.ok("POST", "/basket", buyer, json={"items": [{"product_info": offers[0]["id"], "quantity": 2}]})
    basket = service.ok("GET", "/basket", buyer)[0]["id"]
    placed = service.ok("POST", "/order", buyer, json={"id": basket, "contact": contact})
    _, admin = service.administrator()
    for token, path in ((buyer, "/order/exports"), (shop, "/partner/exports"), (admin, "/admin/exports")):
        content = file_of(service, token, path, kind="orders", format=file_format).content
        assert content.startswith(b"PK") if file_format == "xlsx" else str(placed["number"]) in content.decode()


@pytest.mark.needs("private buckets")
def test_a_link_needs_its_signature(service: Service) -> None:
    token, _ = service.shop_with(good(1))
    url = file_of(service, token, "/partner/exports", format="csv").url
    assert requests.get(url.partition("?")[0], timeout=10).status_code == 403
    assert requests.get(re.sub(r"Signature=\w{8}", "Signature=00000000", url), timeout=10).status_code == 403


@pytest.mark.slow
@pytest.mark.needs("worker processes")
def test_a_large_export_stays_within_its_memory(service: Service) -> None:
    goods = [good(n, parameters={f"Свойство {m}": "значение" for m in range(10)}) for n in range(1, 5_001)]
    token, _ = service.shop_with(*goods)
    for file_format in ("xlsx", "csv"):
        asked = start(service, token, "/partner/exports", format=file_format)
        told = finished(service, token, "/partner/exports", asked)
        assert told["counts"] == {"total": 5_000, "read": 5_000, "written": 5_000}
    assert 30 < max(most_memory(service.stack, "run_export")) < 200
