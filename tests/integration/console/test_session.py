"""Sessions, forged forms, addresses and headers of the console."""

from datetime import timedelta
from unittest.mock import patch

import pytest

from chalicelib import clock
from chalicelib.accounts.passwords import hash_password
from chalicelib.models.accounts import EmailLock, User
from tests.integration.console.browser import ADDRESS, Browser
from tests.integration.world import PASSWORD, Person, World, good

TO_LOGIN = "login?next="
ELSEWHERE = (
    *("https://evil.example", "//evil.example", "\\\\evil.example", "/\\evil.example", "javascript:alert(1)"),
    *("../../evil", "login/../../x", "orders\r\nX: y", "orders#//evil", "basket/place", "%2f%2fevil.example"),
)
FOREIGN = (
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"},
    {"Origin": "https://evil.example"},
    {"Origin": "null"},
)


@pytest.fixture
def anna(world: World) -> Person:
    """A buyer who knows a password."""
    person = world.person("anna@b.example")
    lock = EmailLock.at(person.email)
    lock.user_id = person.user_id
    lock.save()
    User.at(person.user_id).update(actions=[User.password_hash.set(hash_password(PASSWORD))])
    return person


def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(browser: Browser, anna: Person) -> None:
    for host in ("127.0.0.1:4566", "x.execute-api.localhost:4566", "shop.example", "localhost.example"):
        browser.headers["Host"] = host
        shown = browser.send(browser.get("login"), "login", follow=False, email=anna.email, password=PASSWORD)
        (cookie,) = shown.set_cookies
        name, *attributes = cookie.split("; ")
        assert name.startswith("console=")
        assert {"HttpOnly", "SameSite=Lax"} <= set(attributes)
        assert ("Secure" in attributes) is host.endswith(".example")
        # The gateway does not know the path that browsers see.
        assert not any(one.startswith(("Path", "Domain")) for one in attributes)


def test_calls_of_the_api_ignore_the_cookie(world: World, anna: Person) -> None:
    assert world.send("GET", "/basket", headers={"Cookie": f"console={anna.token}"}).status == 401


def test_every_answer_keeps_others_out(browser: Browser, anna: Person) -> None:
    shown = [
        browser.get("login"),
        browser.holding(anna.token).get("basket"),
        browser.get("nothing"),
        browser.post("basket", {}),
        browser.get("", follow=False),
    ]
    assert [one.status for one in shown] == [200, 200, 404, 403, 200]
    for one in shown:
        policy = one.headers["Content-Security-Policy"]
        assert "unsafe" not in policy
        assert {"default-src 'none'", "frame-ancestors 'none'", "base-uri 'none'"} <= set(policy.split("; "))
        assert one.headers["Cache-Control"] == "no-store"
        assert one.headers["X-Content-Type-Options"] == "nosniff"
        assert "Access-Control-Allow-Origin" not in one.headers


def test_a_form_of_another_site_is_refused_whatever_it_carries(world: World, browser: Browser, anna: Person) -> None:
    account = browser.holding(anna.token).get("account")
    own = browser.headers
    for headers in FOREIGN:
        browser.headers = {**own, **headers}
        assert browser.send(account, "account/details", first_name="Мария").status == 403
    assert world.call("GET", "/user/details", token=anna.token).body["first_name"] == "Анна"


def test_a_form_without_its_field_does_nothing_and_comes_back_filled(
    world: World, browser: Browser, anna: Person
) -> None:
    account = browser.holding(anna.token).get("account")
    sent = {**account.form("account/details").fields, "first_name": "Мария"}
    del sent["csrf"]
    for field in ({}, {"csrf": ""}, {"csrf": "0" * 64}):
        refused = browser.post("account/details", {**sent, **field})
        assert refused.status == 403
        assert refused.form("account/details").fields["first_name"] == "Мария"
    assert world.call("GET", "/user/details", token=anna.token).body["first_name"] == "Анна"
    assert "Сохранено" in browser.send(refused, "account/details").words


def test_the_field_of_one_session_is_worth_nothing_in_another(browser: Browser, anna: Person, world: World) -> None:
    field = browser.holding(anna.token).get("account").form("account/details").fields["csrf"]
    other = Browser().holding(world.person("other@b.example").token)
    sent = {**other.get("account").form("account/details").fields, "csrf": field}
    assert other.post("account/details", sent).status == 403


def test_a_visitor_logs_in_and_sees_the_requested_page(browser: Browser, anna: Person) -> None:
    login = browser.get("orders?state=new", follow=True)
    assert TO_LOGIN in login.address
    shown = browser.send(login, "login", email=anna.email, password=PASSWORD)
    assert shown.address == f"{ADDRESS}orders?state=new"


def test_no_address_leads_from_the_login_to_another_place(browser: Browser, anna: Person) -> None:
    for wanted in ELSEWHERE:
        done = browser.send(
            browser.get("login"), "login", follow=False, email=anna.email, password=PASSWORD, next=wanted
        )
        assert (done.status, done.headers["Location"]) == (303, "./"), wanted


def test_what_was_typed_survives_a_login(world: World, browser: Browser, anna: Person) -> None:
    account = browser.holding(anna.token).get("account")
    assert world.call("POST", "/user/logout/all", token=anna.token).status == 200
    login = browser.send(account, "account/contacts", city="Псков", street="Речная")
    assert login.status == 401
    wrong = browser.send(login, "login", email=anna.email, password="wrong")
    assert "Неверный e-mail или пароль" in wrong.words
    again = browser.send(wrong, "login", email=anna.email, password=PASSWORD)
    kept = again.form("account/contacts").fields
    assert (kept["city"], kept["street"]) == ("Псков", "Речная")
    assert "Введённое на месте" in again.words
    assert world.call("GET", "/user/contact", token=browser.cookies["/v1/console", "console"]).body == []
    assert "Адрес сохранён" in browser.send(again, "account/contacts", phone="1").words


def test_no_password_is_ever_shown_again(browser: Browser, anna: Person, world: World) -> None:
    account = browser.holding(anna.token).get("account")
    typed = {"current_password": "typed-before-1", "password": "typed-before-2", "password_again": "typed-before-3"}
    assert "typed-before" not in browser.send(account, "account/password", **typed).html
    world.call("POST", "/user/logout/all", token=anna.token)
    assert "typed-before" not in browser.send(account, "account/password", **typed).html


def test_a_session_that_is_half_over_is_followed_by_another(world: World, browser: Browser, anna: Person) -> None:
    browser.log_in(anna.email, PASSWORD)
    first = browser.cookies["/v1/console", "console"]
    now = clock.now()
    with patch.object(clock, "now", lambda: now + timedelta(hours=5)):
        browser.get("basket")
        assert browser.cookies["/v1/console", "console"] == first
    with patch.object(clock, "now", lambda: now + timedelta(hours=7)):
        browser.get("basket")
        second = browser.cookies["/v1/console", "console"]
        assert second != first
    with patch.object(clock, "now", lambda: now + timedelta(hours=13)):
        assert browser.get("basket").address == f"{ADDRESS}basket"
        assert TO_LOGIN in Browser().holding(first).get("basket").address


def test_owners_see_their_sessions_and_end_them(world: World, browser: Browser, anna: Person) -> None:
    browser.log_in(anna.email, PASSWORD)
    account = browser.get("account")
    (ending,) = [link for link in account.links if link.endswith("/end") and "sessions/end" not in link]
    assert anna.token not in account.html
    ended = browser.send(account, ending.removeprefix("./"))
    assert "Сеанс завершён" in ended.words
    assert world.call("GET", "/user/details", token=anna.token).status == 401
    assert browser.get("account").status == 200


def test_messages_in_addresses_are_ours(browser: Browser, anna: Person, world: World) -> None:
    account = browser.holding(anna.token).get("account")
    done = browser.send(account, "account/details", follow=False)
    said = done.headers["Location"].partition("said=")[2]
    assert "Сохранено" in browser.get(f"account?said={said}").words
    other = Browser().holding(world.person("other@b.example").token)
    for foreign in (said[:-1] + ("1" if said[-1] == "0" else "0"), said.replace(".", "x.", 1), "x", "." * 50):
        assert "Сохранено" not in browser.get(f"account?said={foreign}").words
    assert "Сохранено" not in other.get(f"account?said={said}").words


def test_links_are_relative_at_every_depth(world: World, browser: Browser, anna: Person) -> None:
    shop = world.shop("shop@a.example", good(1))
    anna.add((shop.sells(1), 1))
    order = anna.post("/order", {"id": anna.basket()["id"], "contact": anna.contact()}).body["id"]
    for path in ("", "basket", "orders", f"orders/{order}", f"orders/{order}/documents", "nothing/at/all"):
        shown = browser.holding(anna.token).get(path)
        links = [link for link in shown.links if not link.startswith("#")]
        assert links
        assert [link for link in links if "://" in link or link.startswith("/")] == []
        assert all(link.startswith("../" * path.count("/")) for link in links if "amazonaws" not in link)
        (style,) = [link for link in links if link.endswith(".css")]
        style_address = path.rpartition("/")[0]
        assert browser.get(f"{style_address}/{style}".lstrip("/") if style_address else style).status in {200, 404}
    assert browser.get("", follow=False).status == 200


def test_the_address_without_its_slash_leads_to_it(browser: Browser) -> None:
    shown = browser._request("GET", ADDRESS.rstrip("/"), None, follow=False)
    assert (shown.status, shown.headers["Location"]) == (303, "console/")


def test_files_are_kept_for_ever_under_the_address_of_their_content(browser: Browser) -> None:
    shown = browser.get("login")
    for name in ("console.css", "console.js", "icon.svg"):
        (address,) = [link for link in shown.links if link.endswith(name)]
        file = browser.get(address)
        assert file.status == 200
        assert "immutable" in file.headers["Cache-Control"]
        old = browser.get(f"static/0123456789ab/{name}")
        assert old.html == file.html
        assert "immutable" not in old.headers["Cache-Control"]
    assert browser.get("static/0123456789ab/../serving.py").status == 404


def test_the_language_is_the_browsers_until_one_is_chosen(browser: Browser) -> None:
    assert '<html lang="ru"' in browser.get("login").html
    browser.headers["Accept-Language"] = "en-GB"
    assert '<html lang="en"' in browser.get("login").html
    chosen = browser.get("language?to=ru&back=register")
    assert chosen.address == f"{ADDRESS}register"
    assert '<html lang="ru"' in chosen.html
    assert browser.get("language?to=xx&back=//evil.example").address == ADDRESS + "login"


def test_what_people_wrote_is_shown_as_text(world: World, browser: Browser) -> None:
    hostile = '"><script>alert(1)</script><img src=x onerror=alert(1)>{{7919*6947}}'
    buyer = world.person("buyer@b.example")
    shop = world.shop("shop@a.example", good(1, name=hostile, model=hostile))
    buyer.post("/user/details", {"first_name": hostile, "company": hostile})
    contact = {"city": hostile, "street": hostile, "phone": "1"}
    contact_id = buyer.post("/user/contact", contact).body["id"]
    buyer.add((shop.sells(1), 1))
    browser.holding(buyer.token)
    shown = [browser.get("basket"), browser.get("account"), browser.get("")]
    shown += [browser.get("goods"), browser.get(f"goods/{shop.sells(1)}")]
    shown.append(browser.send(browser.get("quick"), "quick", lines=f"{hostile}\t{hostile}", check="1"))
    order = buyer.post("/order", {"id": buyer.basket()["id"], "contact": contact_id}).body["id"]
    canceled = browser.send(browser.get(f"orders/{order}"), f"orders/{order}/cancel", reason=hostile)
    shown += [canceled, browser.get("orders"), browser.get(f"nothing/{hostile}"), browser.get(f"login?email={hostile}")]
    for one in shown:
        assert "<script>alert" not in one.html, one.address
        assert "<img" not in one.html, one.address
        assert "55013293" not in one.words, one.address
    assert canceled.html.count("&lt;script&gt;") >= 4
