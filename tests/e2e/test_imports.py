"""Price lists through the real doors: S3 events, the queue, a worker that is killed."""

import json
import os
from html import escape
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import boto3
import pytest
import requests
from botocore.exceptions import ClientError

from infra.access import shop_access
from infra.demo import wait_for
from tests.e2e.conftest import RunningStack
from tests.e2e.service import Service, good, price_list
from tests.e2e.workers import kill_workers

_LONG_AGO = "2000-01-01T00:00:00.000000Z"


@pytest.fixture
def service(stack: RunningStack) -> Service:
    return Service(stack)


def test_a_file_dropped_into_s3_is_imported_and_reported(service: Service) -> None:
    email, token = service.account("shop")
    key = f"incoming/{service.shop_id(token)}/прайс + ноябрь.yaml"
    service.stack.client("s3").put_object(Bucket=service.stack.bucket, Key=key, Body=price_list(good(1), good(2)))
    assert "прайс + ноябрь.yaml" in service.mailed(email, "ноябрь").text
    assert len(service.goods_of(token)) == 2


def test_the_refused_rows_are_downloaded_mended_and_sent_again(service: Service) -> None:
    _, token = service.account("shop")
    report = service.imported(token, service.upload(token, price_list(good(1), good(2, price="дорого"))))
    file = requests.get(report["files"]["errors"]["url"], timeout=30)
    assert (file.status_code, "дорого" in file.content.decode()) == (200, True)
    mended = service.imported(token, service.upload(token, file.content.replace("дорого".encode(), b"7")))
    assert (mended["status"], mended["mode"], len(service.goods_of(token))) == ("done", "merge", 2)


def test_a_list_is_fetched_by_the_clock_and_not_read_again_while_it_has_not_changed(service: Service) -> None:
    _, token = service.account("shop")
    url = service.stack.published("reports/by-the-clock.yaml", price_list(good(5)))
    reports = []
    for _ in range(2):
        # Set again, it is due at once.
        service.ok("POST", "/partner/source", token, json={"url": url, "every_hours": 1})
        _tick(service)
        begun = wait_for("the import", lambda: service.ok("GET", "/partner/source", token)["last_import"])
        reports.append(service.imported(token, begun))
    assert [report["status"] for report in reports] == ["done", "unchanged"]
    assert [fault["code"] for fault in reports[1]["errors"]] == ["not_modified"]


@pytest.mark.needs("permissions")
def test_a_suppliers_principal_may_drop_files_for_its_own_shop_and_nothing_else(service: Service) -> None:
    _, token = service.account("shop")
    shop_id, bucket, iam = service.shop_id(token), service.stack.bucket, service.stack.client("iam")
    name = f"supplier-{shop_id}"
    iam.create_user(UserName=name)
    iam.put_user_policy(UserName=name, PolicyName="drop", PolicyDocument=shop_access(bucket, shop_id))
    key = iam.create_access_key(UserName=name)["AccessKey"]
    s3 = boto3.client(
        "s3",
        endpoint_url=service.stack.endpoint_url,
        region_name="us-east-1",
        aws_access_key_id=key["AccessKeyId"],
        aws_secret_access_key=key["SecretAccessKey"],
    )
    own = f"incoming/{shop_id}/own.yaml"
    s3.put_object(Bucket=bucket, Key=own, Body=price_list(good(1)))
    for other in (f"incoming/{shop_id + 1}/own.yaml", f"incoming/{shop_id}0/own.yaml", f"reports/{shop_id}/x"):
        with pytest.raises(ClientError, match="AccessDenied"):
            s3.put_object(Bucket=bucket, Key=other, Body=price_list(good(2)))
    for refused in (s3.get_object, s3.delete_object):
        with pytest.raises(ClientError, match="AccessDenied"):
            refused(Bucket=bucket, Key=own)
    with pytest.raises(ClientError, match="AccessDenied"):
        s3.list_objects_v2(Bucket=bucket)
    wait_for("the dropped list", lambda: service.goods_of(token))


def test_the_same_list_again_changes_nothing(service: Service) -> None:
    _, token = service.account("shop")
    reports = [service.imported(token, service.upload(token, price_list(good(1)))) for _ in range(2)]
    assert [report["status"] for report in reports] == ["done", "unchanged"]


def test_a_broken_list_is_refused_with_its_line_and_changes_nothing(service: Service) -> None:
    token, _ = service.shop_with(good(1))
    report = service.imported(token, service.upload(token, b"shop: A\ngoods:\n  - id: 1\n   name: {\n"))
    assert report["status"] == "failed"
    assert report["errors"][0]["line"] in {3, 4}
    assert len(service.goods_of(token)) == 1


def test_goods_absent_from_the_list_are_withdrawn(service: Service) -> None:
    token, _ = service.shop_with(good(1), good(2))
    report = service.imported(token, service.upload(token, price_list(good(2))))
    assert report["counts"]["withdrawn"] == 1
    left = service.goods_of(token)
    assert [offer["model"] for offer in left] == ["m/2"]


def test_a_list_is_fetched_by_its_address(service: Service, tmp_path: Path) -> None:
    _, token = service.account("shop")
    url = service.stack.published("reports/public.yaml", price_list(good(5)))
    accepted = service.ok("POST", "/partner/update", token, data={"url": url})
    assert service.imported(token, accepted["import_id"])["status"] == "done"


def test_an_address_inside_our_network_is_refused(service: Service) -> None:
    _, token = service.account("shop")
    accepted = service.ok("POST", "/partner/update/url", token, data={"url": "http://169.254.169.254/latest/meta-data"})
    report = service.imported(token, accepted["import_id"])
    assert (report["status"], report["errors"][0]["code"]) == ("failed", "url_refused")


def _large(count: int) -> bytes:
    """Return a list of ``count`` goods, faster than a YAML writer would."""
    row = "  - {{id: {0}, category: 1, model: m/{0}, name: Товар {0}, price: {1}, quantity: 5}}\n"
    rows = "".join(row.format(number, number + 100) for number in range(1, count + 1))
    return f"shop: A\ncategories: [{{id: 1, name: Смартфоны}}]\ngoods:\n{rows}".encode()


def _written(service: Service, token: str, import_id: int) -> int:
    return int(service.ok("GET", f"/partner/imports/{import_id}", token)["counts"].get("written", 0))


def test_a_large_list_is_applied_in_chunks_and_its_progress_is_seen(service: Service) -> None:
    _, token = service.account("shop")
    import_id = service.upload(token, _large(20_000))
    seen: list[tuple[str, int, int]] = []

    def look() -> Any:
        report = service.ok("GET", f"/partner/imports/{import_id}", token)
        counts = report["counts"]
        seen.append((report["status"], counts.get("written", 0), counts.get("planned", 0)))
        return report if report["finished_at"] else None

    report = wait_for(f"import {import_id}", look, patience=400)
    assert (report["status"], report["counts"]["created"], report["counts"]["written"]) == ("done", 20_000, 20_000)
    between = [written for status, written, planned in seen if status == "running" and 0 < written < planned == 20_000]
    assert between
    assert between == sorted(between)
    again = service.imported(token, service.upload(token, _large(20_000)))
    assert (again["status"], again["counts"]["unchanged"]) == ("unchanged", 20_000)


@pytest.mark.needs("worker processes")
def test_an_import_whose_planner_is_killed_is_planned_again(service: Service) -> None:
    _, token = service.account("shop")
    import_id = service.upload(token, _large(5_000))
    asked = f"/partner/imports/{import_id}"
    wait_for("the planner", lambda: service.ok("GET", asked, token)["status"] == "running" or None)
    assert kill_workers(service.stack, "run_import")
    assert _written(service, token, import_id) == 0
    _sweep_now(service, import_id)
    report = wait_for("the import", lambda: _finished(service, token, import_id))
    assert (report["status"], report["counts"]["written"]) == ("done", 5_000)


@pytest.mark.needs("worker processes")
def test_an_import_whose_appliers_are_killed_is_taken_up_again(service: Service) -> None:
    _, token = service.account("shop")
    import_id = service.upload(token, _large(5_000))
    wait_for("the first chunk", lambda: _written(service, token, import_id) or None)
    assert kill_workers(service.stack, "apply_chunk")
    assert service.ok("GET", f"/partner/imports/{import_id}", token)["status"] == "running"
    _sweep_now(service, import_id)
    report = wait_for("the import", lambda: _finished(service, token, import_id))
    assert (report["status"], report["counts"]["created"], report["counts"]["written"]) == ("done", 5_000, 5_000)
    if not os.environ.get("NIGHTLY"):
        return
    # A minute: it waits until the time of the killed workers is over, since they might have been only slow.
    second = service.upload(token, _large(5_000))
    again = wait_for("the second import", lambda: _finished(service, token, second), patience=300)
    assert (again["status"], again["counts"]["unchanged"]) == ("unchanged", 5_000)


def test_an_event_that_cannot_be_handled_is_kept_as_it_came(service: Service) -> None:
    event = {"Records": [{"s3": "nonsense"}]}
    functions, sqs = service.stack.client("lambda"), service.stack.client("sqs")
    name = service.stack.stage.lambda_name("pricelist_dropped")
    functions.invoke(FunctionName=name, InvocationType="Event", Payload=json.dumps(event).encode())
    queue = sqs.get_queue_url(QueueName=f"{service.stack.stack.name}-dropped-dlq")["QueueUrl"]
    [message] = wait_for("the lost event", lambda: sqs.receive_message(QueueUrl=queue).get("Messages"))
    assert json.loads(message["Body"])["requestPayload"] == event


def test_a_list_that_takes_most_goods_off_sale_waits_for_a_word(service: Service) -> None:
    email, token = service.account("shop")
    goods = [good(number) for number in range(1, 21)]
    assert service.imported(token, service.upload(token, price_list(*goods)))["status"] == "done"
    import_id = service.upload(token, price_list(*goods[:5]))
    mail = service.mailed(email, "ждёт проверки")
    assert len(service.goods_of(token)) == 20
    link = next(line for line in mail.text.splitlines() if "/review?token=" in line)
    assert f'<a href="{escape(link)}">' in mail.html
    page = requests.get(link, timeout=60)
    assert (page.status_code, page.headers["Content-Type"]) == (200, "text/html; charset=utf-8")
    form = {"token": parse_qs(urlsplit(link).query)["token"][0], "decision": "approve"}
    assert requests.post(link.partition("?")[0], data=form, timeout=60).status_code == 200
    assert service.imported(token, import_id)["status"] == "done"
    assert len(service.goods_of(token)) == 5


def test_a_dry_run_tells_and_changes_nothing(service: Service) -> None:
    token, _ = service.shop_with(good(1), good(2))
    answer = service.ok(
        "POST", "/partner/update?dry_run=1", token, files={"file": ("list.yaml", price_list(good(1, price=7)))}
    )
    report = service.imported(token, answer["import_id"])
    assert (report["status"], report["counts"]["changed"], report["counts"]["withdrawn"]) == ("planned", 1, 1)
    assert [offer["price"] for offer in service.goods_of(token)] == [100, 100]


def _finished(service: Service, token: str, import_id: int) -> Any:
    report = service.ok("GET", f"/partner/imports/{import_id}", token)
    return report if report["finished_at"] else None


def _sweep_now(service: Service, import_id: int) -> None:
    """Have the sweeper look at the import as it would some minutes later."""
    service.stack.client("dynamodb").update_item(
        TableName=service.stack.stage.environment["TABLE_PREFIX"] + "-jobs",
        Key={"pk": {"S": f"IMPORT#{import_id}"}, "sk": {"S": "IMPORT"}},
        UpdateExpression="SET due_at = :t",
        ExpressionAttributeValues={":t": {"S": _LONG_AGO}},
    )
    _tick(service)


def _tick(service: Service) -> None:
    service.stack.client("lambda").invoke(
        FunctionName=service.stack.stage.lambda_name("sweep"), Payload=json.dumps(_clock_event()).encode()
    )


def _clock_event() -> dict[str, Any]:
    return {
        "version": "0",
        "account": "000000000000",
        "region": "us-east-1",
        "detail": {},
        "detail-type": "Scheduled Event",
        "source": "aws.events",
        "time": "2026-01-01T00:00:00Z",
        "id": "test",
        "resources": [],
    }
