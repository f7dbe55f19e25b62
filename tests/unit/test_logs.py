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


def test_addresses_lose_the_part_that_says_who_it_is() -> None:
    refusal = "The following identities failed the check: Anna.K+1@chain.example, анна@сеть.example"
    try:
        raise ValueError(refusal)
    except ValueError:
        told = line(refusal, exc_info=sys.exc_info(), error=refusal, addresses=["boris@chain.example"])
    assert told["error"] == "The following identities failed the check: ***@chain.example, ***@сеть.example"
    assert told["addresses"] == ["***@chain.example"]
    assert all("nna" not in str(value) and "анна" not in str(value) for value in told.values())


@pytest.mark.parametrize("before", ["\n", "\t", '"', "\\", "\x1f", "<", " "])
def test_an_address_after_any_sign_is_masked_and_the_line_stays_json(before: str) -> None:
    assert line("x", value=f"{before}anna@chain.example")["value"] == f"{before}***@chain.example"


def test_what_only_looks_like_an_address_stays() -> None:
    told = line("price @ 5", mention="@media", version="x@1")
    assert (told["message"], told["mention"], told["version"]) == ("price @ 5", "@media", "x@1")


def test_configuring_twice_does_not_double_lines(monkeypatch: pytest.MonkeyPatch) -> None:
    fresh = logging.Logger("fresh")
    monkeypatch.setattr(logs, "log", fresh)
    logs.configure("WARNING")
    logs.configure("INFO")
    assert (len(fresh.handlers), fresh.level, fresh.propagate) == (1, logging.INFO, False)
