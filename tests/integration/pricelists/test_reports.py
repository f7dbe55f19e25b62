"""The report of an import: what its file is, and the file of refused rows."""

import gzip
from typing import Any
from urllib.parse import urlsplit

import pytest
import yaml

from chalicelib import aws, clock
from chalicelib.files.links import LINK_SECONDS
from chalicelib.models.accounts import User
from chalicelib.models.imports import Import
from chalicelib.pricelists import reports
from chalicelib.settings import settings
from infra.template import load_template
from tests.integration.calls import Died, dying_after_any
from tests.integration.world import Person, World, good, price_list, stored_import

CSV = "# mode: merge\nid;category;name;price;quantity\n1;Стулья;Стул;500;3\n2;Стулья;Табурет;даром;3\n"


@pytest.fixture
def shop(world: World) -> Person:
    return world.person("shop@a.example", "shop")


@pytest.fixture
def admin(world: World) -> Person:
    return world.person("admin@a.example", "administrator")


def dropped(shop: Person, content: bytes, name: str = "list") -> int:
    key = f"incoming/{shop.shop_id}/{name}"
    aws.client("s3").put_object(Bucket=settings().files_bucket, Key=key, Body=content)
    found = shop.world.arrive(key)
    assert found is not None
    return found


def keys(import_id: int) -> list[str]:
    found = aws.client("s3").list_objects_v2(Bucket=settings().files_bucket, Prefix=f"reports/{import_id}/")
    return [entry["Key"] for entry in found.get("Contents", [])]


def refused(import_id: int) -> str:
    [key] = keys(import_id)
    return str(aws.client("s3").get_object(Bucket=settings().files_bucket, Key=key)["Body"].read().decode())


def faulty(*more: dict[str, Any]) -> dict[str, Any]:
    return price_list(good(1), good(2, price="дорого"), *more)


def test_the_refused_rows_can_be_had_by_a_link_that_ends_soon(world: World, shop: Person) -> None:
    import_id = world.drop(shop.shop_id, faulty())
    file = shop.imported(import_id)["files"]["errors"]
    assert file["name"] == f"refused-{import_id}.yaml"
    assert urlsplit(file["url"]).path.endswith(f"reports/{import_id}/refused.yaml")
    assert f"X-Amz-Expires={LINK_SECONDS}" in file["url"]
    assert clock.from_stamp(file["expires_at"]) <= clock.after(LINK_SECONDS)


def test_an_administrator_is_given_the_same_report(world: World, shop: Person, admin: Person) -> None:
    import_id = world.drop(shop.shop_id, faulty())
    told = admin.get(f"/admin/imports/{import_id}").body
    assert told["files"]["errors"]["name"] == f"refused-{import_id}.yaml"
    assert (told["format"], told["mode"]) == (
        {"kind": "yaml", "gzipped": False, "encoding": "utf-8", "zipped": False},
        "replace",
    )


def test_the_file_of_refused_rows_is_taken_once_it_is_mended(world: World, shop: Person) -> None:
    import_id = world.drop(shop.shop_id, faulty(good(3)))
    assert import_id is not None
    again = dropped(shop, refused(import_id).replace("дорого", "7").encode())
    report = shop.imported(again)
    assert (report["status"], report["mode"], report["counts"]["withdrawn"]) == ("done", "merge", 0)
    assert shop.offer(2).price == 700


@pytest.mark.parametrize("packed", [False, True])
def test_the_format_is_detected_by_content_and_used_for_the_refused_rows(shop: Person, packed: bool) -> None:
    content = CSV.encode()
    import_id = dropped(shop, gzip.compress(content) if packed else content, "list.yaml")
    report = shop.imported(import_id)
    assert (report["format"], report["mode"]) == (
        {"kind": "csv", "gzipped": packed, "encoding": "utf-8", "zipped": False},
        "merge",
    )
    assert keys(import_id) == [f"reports/{import_id}/refused.csv"]
    assert "Табурет;даром" in refused(import_id)


@pytest.mark.parametrize(("language", "word"), [("ru", "Строка"), ("en", "Line")])
def test_the_faults_in_the_file_are_in_the_language_of_the_shops_user(
    world: World, shop: Person, language: str, word: str
) -> None:
    User.at(shop.user_id).update(actions=[User.language.set(language)])
    import_id = world.drop(shop.shop_id, faulty())
    assert import_id is not None
    assert word.lower() in refused(import_id).lower()


def test_a_list_without_errors_has_no_file(world: World, shop: Person) -> None:
    import_id = world.drop(shop.shop_id, price_list(good(1)))
    assert import_id is not None
    assert (keys(import_id), shop.imported(import_id)["files"]) == ([], {})
    assert "refused-" not in world.mails()[-1]["text"]


def test_a_faulty_category_is_a_warning_and_refuses_no_row(world: World, shop: Person) -> None:
    content = price_list(good(1))
    content["categories"].append({"id": 7})
    import_id = world.drop(shop.shop_id, content)
    assert import_id is not None
    report = shop.imported(import_id)
    assert (report["status"], report["counts"]["ok"], report["counts"]["errors"]) == ("done", 1, 0)
    assert [(fault["severity"], fault["field"]) for fault in report["errors"]] == [("warning", "categories.name")]
    assert (keys(import_id), report["files"]) == ([], {})


def test_a_list_of_refused_rows_only_has_its_file_though_it_fails(world: World, shop: Person) -> None:
    report = shop.imported(world.drop(shop.shop_id, price_list(good(2, price="дорого"))))
    assert (report["status"], list(report["files"])) == ("failed", ["errors"])


def test_every_refused_row_is_in_the_file_though_the_report_shows_a_hundred(world: World, shop: Person) -> None:
    import_id = world.drop(shop.shop_id, price_list(good("ok"), *(good(n, price="x") for n in range(150))))
    assert import_id is not None
    report = shop.imported(import_id)
    assert (len(report["errors"]), report["counts"]["errors"]) == (100, 150)
    assert len(yaml.safe_load(refused(import_id))["goods"]) == 150


def test_the_mail_names_the_file(world: World, shop: Person) -> None:
    import_id = world.drop(shop.shop_id, faulty())
    mail = world.mails()[-1]
    assert all(f"refused-{import_id}.yaml" in mail[form] for form in ("text", "html"))


H = "id;category;model;name;price;quantity\n"


def test_the_report_and_the_mail_name_the_format_and_the_encoding(world: World, shop: Person) -> None:
    content = (H + "1;Чай;m;Чай чёрный байховый;5;5\n2;Посуда;m;Чайник эмалированный;5;5\n").encode("cp866")
    report = shop.imported(dropped(shop, gzip.compress(content)))
    assert report["format"] == {"kind": "csv", "gzipped": True, "encoding": "cp866", "zipped": False}
    assert shop.offer(1).name == "Чай чёрный байховый"
    assert all("Прочитан как: CSV, cp866, gzip" in world.mails()[-1][form] for form in ("text", "html"))


def test_a_list_that_is_refused_as_a_whole_reports_all_that_was_found_before(shop: Person) -> None:
    """The reason first; then faults and counts of what was read, and what the file was taken for."""
    content = (H + "1;Чай;m;Чай чёрный;5;5\n2;Чай;m;Чай;даром;5\n3;Чай;m;Чай зелёны").encode() + b"\xd0;5;5\n"
    report = shop.imported(dropped(shop, content))
    assert (report["status"], report["mode"]) == ("failed", None)
    assert report["format"] == {"kind": "csv", "gzipped": False, "encoding": "utf-8", "zipped": False}
    assert [(each["code"], each["line"]) for each in report["errors"]] == [("not_utf8", 4), ("price_not_number", 3)]
    assert report["counts"] == {"read": 2, "ok": 1, "errors": 1, "warnings": 0}
    assert reports.kind_of(stored_import(report["id"])) == "csv"


def test_a_good_whose_row_only_its_format_can_refuse_is_not_withdrawn(shop: Person) -> None:
    rows = "".join(f"{n};Чай;m;Чай {n};5;5\n" for n in (1, 2))
    shop.imported(dropped(shop, (H + rows).encode()))
    report = shop.imported(dropped(shop, (H + rows.replace("Чай 1", '"Волга" чай')).encode()))
    assert (report["status"], report["counts"]["withdrawn"]) == ("done_with_errors", 0)
    assert [each["code"] for each in report["errors"]] == ["quote_misplaced"]
    assert shop.offer(1).name == "Чай 1"


def test_an_import_of_an_earlier_release_has_no_encoding(shop: Person) -> None:
    report = shop.imported(dropped(shop, (H + "1;Чай;m;Чай;5;5\n").encode()))
    record = stored_import(report["id"])
    record.update(actions=[Import.file_format.set({"kind": "csv", "gzipped": False})])
    assert shop.get(f"/partner/imports/{report['id']}").body["format"]["encoding"] is None


def test_a_dry_run_gives_the_file_too(world: World, shop: Person) -> None:
    import_id = world.leave(shop.shop_id, faulty())
    record = stored_import(import_id)
    record.dry_run = True
    record.save()
    world.run_import(import_id)
    report = shop.imported(import_id)
    assert (report["status"], list(report["files"])) == ("planned", ["errors", "changes"])


@pytest.mark.parametrize("calls", range(1, 30, 3))
def test_a_worker_may_die_at_any_call_and_the_file_is_there_in_the_end(world: World, shop: Person, calls: int) -> None:
    import_id = world.leave(shop.shop_id, faulty())
    try:
        with dying_after_any(calls):
            world.run_import(import_id)
    except Died:
        pass
    world.run_import(import_id)
    world.pump()
    report = shop.imported(import_id)
    assert (report["status"], list(report["files"])) == ("done_with_errors", ["errors"])
    assert "дорого" in refused(import_id)


def test_a_file_that_is_not_kept_any_more_has_no_link(
    world: World, shop: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    import_id = world.drop(shop.shop_id, faulty())
    kept = clock.after(reports.KEPT_DAYS * 86_400)
    monkeypatch.setattr(reports.clock, "now", lambda: kept)
    assert import_id is not None
    assert reports.files_of(stored_import(import_id)) == {}


def test_reports_are_kept_as_long_as_the_bucket_says() -> None:
    rules = load_template()["Resources"]["FilesBucket"]["Properties"]["LifecycleConfiguration"]["Rules"]
    [rule] = [rule for rule in rules if rule["Prefix"] == "reports/"]
    assert rule["ExpirationInDays"] == reports.KEPT_DAYS
