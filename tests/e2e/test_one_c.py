"""A supplier's 1C over HTTP: a price list in pieces of an archive, orders, statuses; pieces by any content type."""

from collections.abc import Mapping

import pytest
import requests
from defusedxml.ElementTree import fromstring

from tests.clients.one_c import Heard, OneC, packed
from tests.e2e.conftest import RunningStack
from tests.e2e.service import PASSWORD, Service
from tests.unit.pricelists.commerceml import THREE, catalogue, classifier, file, offer, package, types
from tests.unit.pricelists.commerceml import good as described


@pytest.fixture
def service(stack: RunningStack) -> Service:
    return Service(stack)


def one_c(service: Service, email: str, **settings: object) -> OneC:
    # No session of a browser: nothing but what is given here.
    def send(method: str, path: str, headers: Mapping[str, str], content: bytes) -> Heard:
        given = {**headers, "X-Forwarded-For": str(service.session.headers["X-Forwarded-For"])}
        answer = requests.request(
            method, service.stack.base_url + path, headers=given, data=content, timeout=60, allow_redirects=False
        )
        return Heard(answer.status_code, answer.headers["Content-Type"], answer.content.decode())

    return OneC(send, email, PASSWORD, **settings)  # type: ignore[arg-type]


def parts(stock: int) -> dict[str, bytes]:
    goods = "".join(described(f"g{number}", f"Чай № {number}") for number in range(60))
    offers = "".join(offer(f"g{number}", 100 + number, stock) for number in range(60))
    return {
        "import.xml": file(classifier(), catalogue(goods), encoding="windows-1251").encode("windows-1251"),
        "offers.xml": file(package(offers, head=types(t1="Оптовая"))).encode(),
    }


def in_version_three() -> dict[str, bytes]:
    goods = described("g1", "Чай № 1") + described("g2", "Чай № 2")
    found = {
        "import0_1.xml": file(classifier(), catalogue(goods), version=THREE),
        "offers0_1.xml": file(package(offer("g1", None, None) + offer("g2", None, None)), version=THREE),
        "prices0_1.xml": file(package(offer("g1", 55, None) + offer("g2", 66, None)), version=THREE),
        "rests0_1.xml": file(package(offer("g1", None, 7) + offer("g2", None, 8)), version=THREE),
    }
    return {name: content.encode() for name, content in found.items()}


def test_the_whole_story_of_a_1c(service: Service) -> None:
    email, token = service.account("shop")
    # Pieces of an archive under a content type that means text.
    base = one_c(service, email, portion=700, content_type="application/x-www-form-urlencoded")
    told = base.catalog(parts(stock=10), archive="v8_40.zip")
    assert told.startswith("success"), told
    assert len(service.goods_of(token)) == 60
    buyer, contact = service.buyer()
    first = service.goods_of(token)[0]
    service.ok("POST", "/basket", buyer, json={"items": [{"product_info": first["id"], "quantity": 3}]})
    basket = service.ok("GET", "/basket", buyer)[0]["id"]
    order = service.ok("POST", "/order", buyer, json={"id": basket, "contact": contact})

    (document,) = fromstring(base.orders().encode()).findall("Документ")
    assert (document.findtext("Номер"), document.findtext("Ид")) == (str(order["number"]), str(order["id"]))
    assert fromstring(base.orders().encode()).findall("Документ") == []

    ext_id = document.findtext("Товары/Товар/Ид")
    answered = (
        f"<КоммерческаяИнформация><Документ><Ид>guid</Ид><Номер>{order['number']}</Номер>"
        f"<Товары><Товар><Ид>{ext_id}</Ид><Количество>2</Количество></Товар></Товары>"
        "<ЗначенияРеквизитов><ЗначениеРеквизита><Наименование>Статус заказа</Наименование>"
        "<Значение>Отгружен</Значение></ЗначениеРеквизита></ЗначенияРеквизитов></Документ></КоммерческаяИнформация>"
    )
    assert base.statuses(packed({"orders.xml": answered.encode()}), "orders.zip").startswith("success")
    part = service.ok("GET", f"/partner/orders/{order['id']}", token)
    assert (part["state"], [row["quantity"] for row in part["ordered_items"]]) == ("sent", [2])
    (changed,) = fromstring(base.orders().encode()).findall("Документ")
    assert changed.findtext("Товары/Товар/Количество") == "2"


def test_version_three_in_files_that_come_one_by_one_with_basic_only(service: Service) -> None:
    email, token = service.account("shop")
    base = one_c(service, email, keeps_cookie=False, content_type="text/xml")
    base.begin("catalog")
    for name, content in in_version_three().items():
        base.file("catalog", name, content)
        told = base.imported(name)
    assert told.startswith("success"), told
    assert {(one["price"], one["quantity"]) for one in service.goods_of(token)} == {(55, 7), (66, 8)}


def test_every_byte_of_a_piece_passes_the_gateway(service: Service, stack: RunningStack) -> None:
    email, token = service.account("shop")
    content = bytes(range(256)) * 40
    kinds = ("application/octet-stream", "application/x-www-form-urlencoded", "application/zip", "text/xml")
    for kind in kinds:
        base = one_c(service, email, content_type=kind)
        base.begin("catalog")
        base.file("catalog", "list.bin", content)
    listed = stack.client("s3").list_objects_v2(Bucket=stack.bucket, Prefix=f"exchange/{service.shop_id(token)}/")
    keys = [one["Key"] for one in listed["Contents"]]
    assert len(keys) == len(kinds)
    for key in keys:
        assert stack.client("s3").get_object(Bucket=stack.bucket, Key=key)["Body"].read() == content
