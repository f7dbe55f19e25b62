"""The recorder notes every call to moto's DynamoDB, and nothing after its end."""

from pathlib import Path

from moto.dynamodb.models import dynamodb_backends

from chalicelib.dynamo.connection import client
from chalicelib.models.catalogue import Offer
from tests.engines.audit import audit_file
from tests.engines.calls import RESET, recorded
from tests.engines.plugin import Recorder, tables_were_filled
from tests.integration.calls import watched
from tests.integration.conftest import service
from tests.integration.world import good

PACKED_KEY = {"pk": {"S": "PACKED"}, "sk": {"S": "-"}}


def test_calls_to_moto_are_recorded_until_the_end(emulator: None, tmp_path: Path) -> None:
    recorder = Recorder(tmp_path)
    try:
        with service() as world, watched() as sent:
            world.shop("shop@a.example", good(1))
    finally:
        recorder.pytest_unconfigure()
    with service() as world:
        world.person("buyer@b.example")
    reset, *calls = recorded(recorder.recording.path)
    assert reset.operation == RESET
    assert [(call.operation, call.request) for call in calls] == [(one.operation, one.request) for one in sent]
    found = audit_file(recorder.recording.path)
    assert (found.calls.total(), found.hits.total()) == (len(sent), 0)


def test_items_that_are_put_back_without_a_call_are_in_the_record(emulator: None, tmp_path: Path) -> None:
    recorder = Recorder(tmp_path)
    try:
        with service() as world:
            world.person("buyer@b.example")
            client().put_item(TableName=Offer.Meta.table_name, Item={**PACKED_KEY, "rows": {"B": b"\x00\xff"}})
            tables = dynamodb_backends["123456789012"]["us-east-1"].tables
            held = [item for table in tables.values() for items in table.items.values() for item in items.values()]
            tables_were_filled(tables.values())
    finally:
        recorder.pytest_unconfigure()
    calls = list(recorded(recorder.recording.path))
    after = calls[max(place for place, call in enumerate(calls) if call.operation == RESET) + 1 :]
    assert {call.operation for call in after} == {"PutItem"}
    is_packed = [call.request["Item"]["pk"] == PACKED_KEY["pk"] for call in after]
    stored = [item.to_json()["Attributes"] for item in held]
    for item, packed in zip(stored, is_packed, strict=True):
        item |= {"rows": {"B": "AP8="}} if packed else {}
    assert [call.request["Item"] for call in after] == stored
    assert sum(is_packed) == 1
    assert held
