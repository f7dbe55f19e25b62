"""Log lines: one JSON object each."""

import json
import logging
import sys
from typing import Any

import pytest

from chalicelib import logs


def line(message: str, *args: object, exc_info: Any = None, **extra: object) -> dict[str, Any]:
    record = logging.LogRecord("x", logging.INFO, "file.py", 1, message, args, exc_info)
    vars(record).update(extra)
    text = logs.JsonLines().format(record)
    assert "\n" not in text
    parsed: dict[str, Any] = json.loads(text)
    return parsed


def test_line_has_time_level_and_message() -> None:
    told = line("заказ %s", 7)
    assert (told["level"], told["message"]) == ("INFO", "заказ 7")
    assert told["time"].endswith("+00:00")


def test_extras_are_keys_and_absent_ones_are_left_out() -> None:
    told = line("request", order_id=7, code=None)
    assert told["order_id"] == 7
    assert told.keys() == {"time", "level", "message", "order_id"}


def test_newlines_of_values_do_not_break_the_line() -> None:
    assert line("a\nb", path="/x\ny")["path"] == "/x\ny"


def test_values_that_json_does_not_know_become_texts() -> None:
    assert line("x", value={1}.__class__)["value"] == "<class 'set'>"


def test_exception_brings_its_traceback() -> None:
    try:
        raise ValueError("inside")
    except ValueError:
        told = line("unhandled", exc_info=sys.exc_info())
    assert "ValueError: inside" in told["traceback"]


def test_configuring_twice_does_not_double_lines(monkeypatch: pytest.MonkeyPatch) -> None:
    fresh = logging.Logger("fresh")
    monkeypatch.setattr(logs, "log", fresh)
    logs.configure("WARNING")
    logs.configure("INFO")
    assert (len(fresh.handlers), fresh.level, fresh.propagate) == (1, logging.INFO, False)
