"""Trying again after a lost condition: as often as allowed, with what is known of the losers, and for nothing else."""

import pytest

from chalicelib.dynamo.retry import retry_lost
from chalicelib.dynamo.transaction import Contended, Lost
from chalicelib.errors import Busy


class Attempt:
    """Loses with these labels in turn, then succeeds; keeps what it was passed."""

    def __init__(self, *losing: str) -> None:
        self.losing = list(losing)
        self.passed: list[frozenset[str]] = []

    def __call__(self, labels: frozenset[str]) -> str:
        self.passed.append(labels)
        if self.losing:
            raise Lost({self.losing.pop(0): None})
        return "done"


def test_an_attempt_that_wins_is_made_once() -> None:
    attempt = Attempt()
    assert retry_lost(attempt) == "done"
    assert attempt.passed == [frozenset()]


def test_every_attempt_knows_all_labels_that_lost_before() -> None:
    attempt = Attempt("order", "part")
    assert retry_lost(attempt) == "done"
    assert attempt.passed == [frozenset(), {"order"}, {"order", "part"}]


@pytest.mark.parametrize("tries", [1, 3])
def test_the_last_loss_is_contention(tries: int) -> None:
    attempt = Attempt(*"abcdef")
    with pytest.raises(Contended) as raised:
        retry_lost(attempt, tries=tries)
    assert len(attempt.passed) == tries
    assert isinstance(raised.value.__cause__, Lost)


def test_the_caller_names_the_error_of_the_last_loss() -> None:
    with pytest.raises(Busy):
        retry_lost(Attempt("a", "b"), tries=2, otherwise=Busy)


def test_any_other_error_passes_at_once() -> None:
    calls: list[frozenset[str]] = []

    def attempt(labels: frozenset[str]) -> None:
        calls.append(labels)
        raise KeyError("x")

    with pytest.raises(KeyError):
        retry_lost(attempt)
    assert len(calls) == 1
