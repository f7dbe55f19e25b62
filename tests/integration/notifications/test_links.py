"""Links of mails open one page without a login, as often as they are followed, and nothing else."""

import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests

from chalicelib import aws, clock
from chalicelib.models.accounts import AccountItem, User
from chalicelib.settings import settings
from tests.integration.world import Answer, Person, World, good, price_list

BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
_LINK = re.compile(r"^(?:imports/\d+/report|exports/\d+|orders/\d+/documents)\?\S+$", re.MULTILINE)


@dataclass(frozen=True)
class Mailed:
    """The link that a mail to this person has."""

    person: Person
    path: str
    token: str

    @property
    def page(self) -> Answer:
        return self.person.world.call("GET", f"/{self.path}")


def mailed(person: Person, subject: str = "") -> Mailed:
    found = [mail for mail in person.world.mails() if person.email in mail["to"] and subject in mail["subject"]]
    (path,) = _LINK.findall(found[-1]["text"].replace("\r\n", "\n"))
    return Mailed(person, path, parse_qs(urlsplit(path).query)["token"][0])


@pytest.fixture
def shop(world: World) -> Person:
    return world.shop("shop@a.example", good(1), good(2))


@pytest.fixture
def report(world: World, shop: Person) -> Mailed:
    world.drop(shop.shop_id, price_list(good(1), good(2, price="<дорого>")))
    return mailed(shop)


@pytest.fixture
def order(world: World, shop: Person) -> Mailed:
    buyer = world.person("buyer@b.example")
    buyer.order((shop.sells(1), 1))
    world.pump()
    return mailed(buyer, "Заказ №")


@pytest.fixture
def export(world: World, shop: Person) -> Mailed:
    assert shop.post("/partner/exports", {"format": "csv"}).status == 202
    world.pump()
    return mailed(shop, "Выгрузка")


LINKS = ["report", "order", "export"]
each_link = pytest.mark.parametrize("link", LINKS, indirect=True)


@pytest.fixture
def link(request: pytest.FixtureRequest) -> Mailed:
    found: Mailed = request.getfixturevalue(request.param)
    return found


def downloads(page: str) -> list[str]:
    return [one.replace("&amp;", "&") for one in re.findall(r'href="([^"]+)"', page)]


def later(monkeypatch: pytest.MonkeyPatch, days: float) -> None:
    moment = clock.after(days * 86_400)
    monkeypatch.setattr(clock, "now", lambda: moment)


@each_link
def test_a_link_opens_its_page_again_and_again_in_the_language_of_the_mail(link: Mailed) -> None:
    pages = [link.page for _ in range(3)]
    assert [page.status for page in pages] == [200] * 3
    assert '<html lang="ru">' in pages[0].body
    headers = pages[0].headers
    assert headers["Content-Type"].startswith("text/html")
    assert headers["Content-Language"] == "ru"
    assert (headers["Cache-Control"], headers["Referrer-Policy"]) == ("no-store", "no-referrer")
    assert "noindex" in headers["X-Robots-Tag"]
    assert "default-src 'none'" in headers["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
    assert "<script" not in pages[0].body


@each_link
def test_every_file_of_a_page_can_be_downloaded(link: Mailed) -> None:
    found = downloads(link.page.body)
    assert found
    assert [requests.get(url, timeout=5).status_code for url in found] == [200] * len(found)


def test_the_page_of_a_report_shows_its_counts_and_faults_and_runs_nothing_of_the_file(report: Mailed) -> None:
    page = report.page.body
    assert "&lt;дорого&gt;" in page
    assert "<дорого>" not in page
    assert "загружен с ошибками" in page
    assert "<td>Прочитано товаров<td>2" in page
    assert any("refused-" in url for url in downloads(page))


def test_a_shop_sees_the_waybill_of_its_own_part_only(world: World, shop: Person, order: Mailed) -> None:
    other = world.shop("other@a.example", good(1))
    order.person.order((shop.sells(1), 1), (other.sells(1), 1))
    world.pump()
    assert [len(downloads(mailed(one, "Новый заказ").page.body)) for one in (shop, other)] == [1, 1]
    assert len(downloads(mailed(order.person, "Заказ №").page.body)) == 3


@pytest.mark.parametrize("wrong", ["another token", "no token", "another object", "another page"])
@each_link
def test_a_token_opens_its_own_page_only(
    report: Mailed, order: Mailed, export: Mailed, link: Mailed, wrong: str
) -> None:
    path, token = link.path.partition("?")[0], link.token
    others = {one.path.partition("?")[0]: one for one in (report, order, export) if one.token != token}
    asked = {
        "another token": [f"/{path}?token={'x' * 43}"],
        "no token": [f"/{path}?token="],
        "another object": [re.sub(r"/\d+", "/77", f"/{path}?token={token}")],
        "another page": [f"/{other}?token={token}" for other in others],
    }[wrong]
    for one in asked:
        answer = link.person.world.call("GET", one)
        assert (answer.status, answer.body["code"]) == (400, "wrong_token")


@each_link
def test_a_token_is_no_login_and_changes_nothing(link: Mailed) -> None:
    world = link.person.world
    assert world.call("GET", "/user/details", token=link.token).status == 401
    for method in ("POST", "PUT", "DELETE"):
        assert world.client.http.request(method, f"/v1/{link.path}").status_code == 405


@each_link
def test_a_link_ends_when_its_time_is_over(link: Mailed, monkeypatch: pytest.MonkeyPatch) -> None:
    days = settings().mail_link_days
    later(monkeypatch, days - 0.1)
    assert link.page.status == 200
    later(monkeypatch, 0.2)
    assert link.page.body["code"] == "wrong_token"


@each_link
def test_a_link_ends_with_the_address_it_was_mailed_to(link: Mailed) -> None:
    user = User.at(link.person.user_id)
    user.update(actions=[User.email.set("new@b.example")])
    assert link.page.body["code"] == "wrong_token"
    user.update(actions=[User.email.set(link.person.email)])
    assert link.page.status == 200
    user.update(actions=[User.blocked.set(True)])
    assert link.page.body["code"] == "wrong_token"


@each_link
def test_only_the_hash_of_a_token_is_stored(link: Mailed) -> None:
    assert link.token not in str([item.to_dynamodb_dict() for item in AccountItem.scan()])


def test_an_export_whose_file_is_gone_says_so(export: Mailed, monkeypatch: pytest.MonkeyPatch) -> None:
    later(monkeypatch, 7.1)
    page = export.page
    assert page.status == 200
    assert "удалён" in page.body
    assert downloads(page.body) == []


def test_documents_that_are_not_made_yet_are_announced(world: World, shop: Person, order: Mailed) -> None:
    world.pump()
    order_id = order.path.split("/")[1]
    bucket = settings().files_bucket
    for entry in aws.client("s3").list_objects_v2(Bucket=bucket, Prefix=f"documents/{order_id}/")["Contents"]:
        aws.client("s3").delete_object(Bucket=bucket, Key=entry["Key"])
    assert "ещё готовятся" in order.page.body


@pytest.mark.parametrize(
    ("query", "accepted", "language"), [("&language=en", "ru", "en"), ("", "en", "en"), ("&language=xx", "ru", "ru")]
)
def test_a_page_is_in_the_language_of_its_link_or_of_the_browser(
    report: Mailed, query: str, accepted: str, language: str
) -> None:
    path = f"/{report.path.partition('?')[0]}?token={report.token}{query}"
    page = report.person.world.call("GET", path, language=accepted)
    assert f'<html lang="{language}">' in page.body


def opened(world: World, path: str, **headers: str) -> Any:
    return world.client.http.request("GET", f"/v1{path}", headers={"Accept": BROWSER, **headers})


@pytest.mark.parametrize(
    ("path", "status", "words"),
    [
        ("/imports/77/report?token=x&language=ru", 400, "Ссылка из письма"),
        ("/imports/77/review?token=x&language=en", 400, "The link from the mail"),
        ("/order/77/documents", 401, "программный интерфейс"),
        ("/nowhere", 404, "Страница не открылась"),
    ],
)
def test_a_browser_that_is_refused_gets_a_page_that_explains(world: World, path: str, status: int, words: str) -> None:
    response = opened(world, path)
    assert response.status_code == status
    assert response.headers["Content-Type"].startswith("text/html")
    page = response.body.decode()
    assert words in page
    (docs,) = downloads(page)
    assert len(re.findall(r"\.\./", docs)) == path.partition("?")[0].count("/") - 1
    assert docs.endswith("docs")


@pytest.mark.parametrize(
    "accept", ["application/json", "*/*", "text/html, image/gif, image/jpeg, *; q=.2, */*; q=.2", ""]
)
def test_a_program_that_is_refused_gets_the_error_it_knows(world: World, accept: str) -> None:
    answer = world.send("GET", "/imports/77/report?token=x", headers={"Accept": accept})
    assert (answer.status, answer.body["code"]) == (400, "wrong_token")
