"""Where LocalStack has no containers, a function is a process that answers, fails and runs out of time as on AWS."""

import json
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.engines.localstack_host import Worker

CODE = """
import time

def handler(event, context):
    print("seen", context.aws_request_id)
    time.sleep(event.get("seconds", 0))
    return {"answer": 1 / event["by"], "left": context.get_remaining_time_in_millis()}
"""
ARN = "arn:aws:lambda:us-east-1:000000000000:function:one"


@pytest.fixture
def worker(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Worker]:
    (tmp_path / "function.py").write_text(CODE, encoding="utf-8")
    monkeypatch.setenv("LAMBDA_PYTHON", sys.executable)
    names = ("FUNCTION_NAME", "FUNCTION_VERSION", "FUNCTION_MEMORY_SIZE", "LOG_GROUP_NAME", "LOG_STREAM_NAME")
    about = {f"AWS_LAMBDA_{name}": "one" for name in names}
    started = Worker(tmp_path, {**about, "_HANDLER": "function.handler", "AWS_LAMBDA_FUNCTION_TIMEOUT": "0.5"})
    yield started
    started.stop()


def test_an_answer_has_what_was_returned_and_a_log_what_was_printed(worker: Worker) -> None:
    for number in ("first", "second"):
        content, failed, log = worker.invoke(number, ARN, json.dumps({"by": 2}))
        assert (json.loads(content)["answer"], failed) == (0.5, False)
        assert 0 < json.loads(content)["left"] <= 500
        assert [line.split()[0] for line in log.splitlines()] == ["START", "seen", "END", "REPORT"]
        assert f"seen {number}" in log


def test_an_exception_is_a_failed_answer_and_the_process_stays(worker: Worker) -> None:
    content, failed, log = worker.invoke("one", ARN, json.dumps({"by": 0}))
    assert (json.loads(content)["errorType"], failed) == ("ZeroDivisionError", True)
    assert "Traceback" in log
    assert worker.invoke("two", ARN, json.dumps({"by": 1}))[1] is False


def test_a_function_that_takes_too_long_is_ended(worker: Worker) -> None:
    content, failed, _ = worker.invoke("one", ARN, json.dumps({"by": 1, "seconds": 30}))
    assert (json.loads(content)["errorType"], failed) == ("Sandbox.Timedout", True)
