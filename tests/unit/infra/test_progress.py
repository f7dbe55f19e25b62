"""Long work shows how far it is: a bar on a terminal, a line now and then elsewhere."""

import pytest

from infra import progress
from infra.progress import ProgressBar


def test_elsewhere_than_on_a_terminal_there_is_a_line_now_and_then(capsys: pytest.CaptureFixture[str]) -> None:
    now = iter([0.0, 1.0, 16.0])
    bar = ProgressBar("orders", 2000, lambda: next(now))
    bar.show(10)
    bar.show(1500, "3 changed")
    bar.end(2100)
    said = capsys.readouterr().err
    assert said == "  orders: 1,500 of about 2,000, 3 changed\n  orders: 2,100 of about 2,100\n"


def test_a_terminal_gets_a_bar(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(progress.sys.stderr, "isatty", lambda: True, raising=False)
    now = iter([0.0, 1.0])
    bar = ProgressBar("orders", 20, lambda: next(now))
    bar.show(10)
    assert f"[{'#' * 15}{' ' * 15}]  orders: 10 of about 20" in capsys.readouterr().err
