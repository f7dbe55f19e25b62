"""Price lists through the real doors: S3 events, the queue, a worker that is killed."""

import json
import os
import signal
from pathlib import Path
from typing import Any

import pytest

from infra.demo import wait_for
from tests.e2e.conftest import RunningStack
from tests.e2e.service import Service, good, price_list

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
    bucket, key = service.stack.bucket, "reports/public.yaml"
    service.stack.client("s3").put_object(Bucket=bucket, Key=key, Body=price_list(good(5)))
    url = service.stack.client("s3").generate_presigned_url("get_object", Params={"Bucket": bucket, "Key": key})
    accepted = service.ok("POST", "/partner/update", token, data={"url": url})
    assert service.imported(token, accepted["import_id"])["status"] == "done"


def test_an_address_inside_our_network_is_refused(service: Service) -> None:
    _, token = service.account("shop")
    accepted = service.ok("POST", "/partner/update/url", token, data={"url": "http://169.254.169.254/latest/meta-data"})
    report = service.imported(token, accepted["import_id"])
    assert (report["status"], report["errors"][0]["code"]) == ("failed", "url_refused")


def test_an_import_whose_worker_is_killed_is_taken_up_again(service: Service) -> None:
    _, token = service.account("shop")
    goods = [good(number, price=number) for number in range(1, 3_001)]
    import_id = service.upload(token, price_list(*goods))
    wait_for("the first goods", lambda: service.goods_of(token) or None)
    assert _kill_workers(service.stack, "run_import")
    assert service.ok("GET", f"/partner/imports/{import_id}", token)["status"] == "running"
    _let_the_claim_end(service, import_id, service.shop_id(token))
    service.stack.client("lambda").invoke(
        FunctionName=service.stack.stage.lambda_name("sweep"), Payload=json.dumps(_clock_event()).encode()
    )
    report = service.imported(token, import_id)
    assert report["status"] == "done"
    assert report["counts"]["read"] == 3_000
    assert report["counts"]["created"] + report["counts"]["unchanged"] == 3_000


def _kill_workers(stack: RunningStack, function: str) -> list[int]:
    """Kill every process that runs the function on this stack, as a machine failure would."""
    killed = []
    mine = f"AWS_LAMBDA_FUNCTION_NAME={stack.stage.lambda_name(function)}".encode()
    endpoint = f"AWS_ENDPOINT_URL={stack.endpoint_url}".encode()
    for directory in Path("/proc").glob("[0-9]*"):
        try:
            environment = (directory / "environ").read_bytes().split(b"\0")
        except OSError:
            continue
        if mine in environment and endpoint in environment:
            os.kill(int(directory.name), signal.SIGKILL)
            killed.append(int(directory.name))
    return killed


def _let_the_claim_end(service: Service, import_id: int, shop_id: int) -> None:
    """Turn the clock of the import's lock and of its next look back: the test does not wait five minutes."""
    table = service.stack.stage.environment["TABLE_PREFIX"] + "-jobs"
    for pk, sk, attribute in (
        (f"IMPORT#{import_id}", "IMPORT", "due_at"),
        (f"IMPORT_LOCK#{shop_id}", "LOCK", "until"),
    ):
        service.stack.client("dynamodb").update_item(
            TableName=table,
            Key={"pk": {"S": pk}, "sk": {"S": sk}},
            UpdateExpression="SET #a = :t",
            ExpressionAttributeNames={"#a": attribute},
            ExpressionAttributeValues={":t": {"S": _LONG_AGO}},
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
