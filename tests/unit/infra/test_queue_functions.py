"""What else each function and each queue of jobs needs: the right to send, and a line in the documentation."""

import json
import re
from fnmatch import fnmatch

import pytest

from chalicelib.models.jobs import QueuedJob
from chalicelib.sweeping import QUEUED
from infra.settings import PROJECT_ROOT
from infra.stages import read_config

FUNCTIONS = set(read_config()["lambda_functions"])


@pytest.mark.parametrize("model", QUEUED)
def test_the_sweeper_may_send_to_the_queue_of_every_job(model: type[QueuedJob]) -> None:
    policy = json.loads((PROJECT_ROOT / ".chalice" / "policy-sweep.json").read_text("utf-8"))
    sent_to = [arn for one in policy["Statement"] if "sqs:SendMessage" in one["Action"] for arn in one["Resource"]]
    assert any(fnmatch(f"arn:aws:sqs:region:account:{model.QUEUE}", arn) for arn in sent_to)


@pytest.mark.parametrize("page", ["architecture.md", "operations.md"])
def test_every_function_is_described(page: str) -> None:
    text = (PROJECT_ROOT / "docs" / page).read_text("utf-8")
    assert set(re.findall(r"^\| `(\w+)` \|", text, re.MULTILINE)) >= FUNCTIONS
