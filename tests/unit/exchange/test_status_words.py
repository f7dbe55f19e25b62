"""What the requisites of a document mean for a part, whatever 1C calls it."""

import pytest

from chalicelib.exchange.errors import ExchangeFailed
from chalicelib.exchange.status_words import _SAID, steps, wanted_state
from chalicelib.ordering.states import STATES, State
from chalicelib.texts import text

STATUS, SHIPPED, CANCELED, POSTED = "Статус заказа", "Дата отгрузки по 1С", "Отменен", "Проведен"


@pytest.mark.parametrize(
    ("facts", "state"),
    [
        ({SHIPPED: "2026-11-29"}, "sent"),
        ({SHIPPED: "0001-01-01T00:00:00"}, None),
        ({SHIPPED: ""}, None),
        ({"Отгружен": "true", POSTED: "true"}, "sent"),
        ({STATUS: "Выполнен"}, "delivered"),
        ({STATUS: " к  ОТГРУЗКЕ"}, "assembled"),
        ({"Статус": "В работе"}, "confirmed"),
        ({STATUS: "N", POSTED: "false"}, "new"),
        ({STATUS: "Не подтверждён"}, "new"),
        ({CANCELED: "true", STATUS: "Отгружен"}, "canceled"),
        ({CANCELED: "false", "ПометкаУдаления": "Да"}, "canceled"),
        ({CANCELED: "false", POSTED: "true"}, "confirmed"),
        ({"Метод оплаты": "Наличные"}, None),
        ({}, None),
    ],
)
def test_the_requisites_of_a_document_ask_for_a_state(facts: dict[str, str], state: State | None) -> None:
    assert wanted_state(facts) == state


def test_our_own_names_of_states_are_understood() -> None:
    assert len(_SAID) == len(STATES)
    assert [wanted_state({STATUS: state}) for state in STATES] == [*STATES]
    russian = [wanted_state({STATUS: text("mail", f"state.{state}", "ru")}) for state in STATES]
    assert russian == [*STATES]


def test_a_status_that_nothing_is_known_of_is_not_guessed() -> None:
    with pytest.raises(ExchangeFailed) as failed:
        wanted_state({STATUS: "На Луне"})
    assert failed.value.failure == {"key": "unknown_status", "params": {"status": "На Луне"}}


def test_a_shop_goes_step_by_step_as_far_as_it_may() -> None:
    assert steps("new", "delivered") == ["confirmed", "assembled", "sent"]
    assert steps("assembled", "confirmed") == []
    assert steps("sent", "delivered") == []
    assert steps("sent", "canceled") == ["canceled"]
    assert steps("canceled", "canceled") == []
    with pytest.raises(ExchangeFailed):
        steps("canceled", "sent")
