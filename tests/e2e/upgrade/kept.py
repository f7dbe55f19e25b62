"""The state directory that make_state.py kept, as if the old stack had been stopped a few minutes ago.

Nothing in it may rot: sessions, tokens and messages of a queue expire, reviews end, and a lease that lasts into the
future would be waited for. So every moment in it is moved by the same distance when it is unpacked.
"""

import json
import re
import socket
import tarfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

STATE = Path(__file__).parent / "state.tar.gz"
# Longer than any lease, claim or hidden message lasts.
AGO = timedelta(minutes=15)
# Stamps, within keys and JSON texts too; some of S3 have milliseconds.
_STAMP = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?=\.\d{3,6}Z)")
_EXPIRY = re.compile(r'(?<="expires_at": \{"N": ")\d+(?="\})')
_MESSAGE_TIME = re.compile(r'(?<="sent_at": )\d+|(?<="visible_at": )\d+|(?<="first_receive_at": )\d+')
_PORT = re.compile(r"http://localhost:\d+/")


def free_port() -> int:
    """Return a port that is free at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def unpack(directory: Path, port: int) -> dict[str, Any]:
    """Fill the directory with the state of a stack stopped AGO; return the story of what happened on it.

    ministack looks for a queue under its address, so the queues move to the port on which the stack will be.
    """
    with tarfile.open(STATE) as packed:
        packed.extractall(directory, filter="data")
    story = directory / "story.json"
    seconds = round((datetime.now(UTC) - AGO).timestamp()) - json.loads(story.read_text(encoding="utf-8"))["made_at"]
    # CloudFormation knows queues by their addresses, too, and would replace those it does not find.
    stack = directory / "data" / "cloudformation.json"
    stack.write_text(_PORT.sub(f"http://localhost:{port}/", stack.read_text(encoding="utf-8")), encoding="utf-8")
    for file in (directory / "data" / "dynamodb.json", directory / "data" / "sqs.json", story):
        text = moved(file.read_text(encoding="utf-8"), seconds)
        file.write_text(_PORT.sub(f"http://localhost:{port}/", text), encoding="utf-8")
    told: dict[str, Any] = json.loads(story.read_text(encoding="utf-8"))
    return told


def moved(text: str, seconds: int) -> str:
    """Return the text with every moment in it moved by ``seconds``."""
    text = _STAMP.sub(lambda found: _later(found[1], seconds), text)
    for numbers in (_EXPIRY, _MESSAGE_TIME):
        text = numbers.sub(lambda found: str(int(found[0]) + seconds), text)
    return text


def _later(moment: str, seconds: int) -> str:
    return (datetime.fromisoformat(moment) + timedelta(seconds=seconds)).isoformat()


def has(answer: Any, expected: Any) -> bool:
    """Whether the answer is what is expected, but for fields that are new."""
    if isinstance(expected, dict):
        return isinstance(answer, dict) and all(key in answer and has(answer[key], expected[key]) for key in expected)
    if isinstance(expected, list):
        return isinstance(answer, list) and len(answer) == len(expected) and all(map(has, answer, expected))
    return bool(answer == expected)
