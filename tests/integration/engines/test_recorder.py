"""The recorder notes every call to moto's DynamoDB, and nothing after its end."""

from pathlib import Path

from tests.engines.audit import audit_file
from tests.engines.calls import RESET, recorded
from tests.engines.plugin import Recorder
from tests.integration.calls import watched
from tests.integration.conftest import service
from tests.integration.world import good


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
