"""Which state of a part the requisites of a document mean. Pure."""

from collections.abc import Mapping

from chalicelib.exchange.errors import ExchangeFailed
from chalicelib.ordering.states import STATES, State, moves_on

# Words of 1C's configurations and of ours, folded; what begins with one of them means the same.
# In the order of STATES; a test demands words for each.
_SAID = (
    ("new", "нов", "не подтвержд", "не согласован", "ожидает", "черновик", "n"),
    (
        *("confirmed", "подтвержд", "согласован", "принят", "в обработк", "в работе", "к обеспечению", "к выполнению"),
        *("в резерв", "резерв", "обеспеч", "проведен", "готов к обеспечению", "передан в работу", "передан в сборку"),
    ),
    ("assembled", "собран", "укомплектован", "готов", "к отгрузке", "в процессе отгрузки"),
    (
        "sent",
        "отгруж",
        "отправлен",
        "передан в достав",
        "передан курьер",
        "передан перевоз",
        "в пути",
        "в доставке",
        "доставляется",
    ),
    ("delivered", "доставлен", "получен", "выполнен", "исполнен", "закрыт", "завершен", "f"),
    ("canceled", "cancelled", "отмен", "аннулир", "отказ", "удален"),
)
_WORDS: dict[State, tuple[str, ...]] = dict(zip(STATES, _SAID, strict=False))
_LETTERS = ("n", "f")
_STATUS = ("статус заказа", "статус", "статусзаказа", "состояние")
_CANCELED = ("отменен", "отменён", "пометкаудаления", "пометка удаления")
_SENT = ("отгружен", "дата отгрузки по 1с", "номер отгрузки по 1с", "дата отгрузки", "номер отгрузки")
_POSTED = ("проведен", "проведён")
_NO = {"", "false", "0", "нет", "ложь", "no", "n"}
_NO_DATES = ("0001-01-01", "01.01.0001")


def wanted_state(facts: Mapping[str, str]) -> State | None:
    """Return the state that a document asks for, or None if it asks for none.

    A cancellation counts most, then the status in words, then a shipment, then that the document is posted. Raises
    ExchangeFailed for a status in words that nothing is known of.
    """
    said = {_folded(name): value.strip() for name, value in facts.items()}
    if any(_yes(said.get(_folded(name), "")) for name in _CANCELED):
        return "canceled"
    status = next((said[_folded(name)] for name in _STATUS if said.get(_folded(name))), "")
    if status:
        return _state_named(status)
    if any(_yes(said.get(_folded(name), "")) for name in _SENT):
        return "sent"
    return "confirmed" if any(_yes(said.get(_folded(name), "")) for name in _POSTED) else None


def steps(state: State, wanted: State) -> list[State]:
    """Return the moves by which a shop takes a part from ``state`` to ``wanted``, or as near to it as a shop may.

    Empty if the part is there, or further already. Raises ExchangeFailed for a part that is canceled and is not wanted
    so. That it cannot be canceled any more is for the table of states to refuse.
    """
    if wanted == "canceled":
        return [] if state == "canceled" else ["canceled"]
    if state == "canceled":
        raise ExchangeFailed("order_canceled")
    taken: list[State] = []
    while STATES.index(state) < STATES.index(wanted):
        onward = moves_on(state, "shop")
        if not onward:
            break
        state = onward[0]
        taken.append(state)
    return taken


def _state_named(status: str) -> State:
    folded = _folded(status)
    for state, words in _WORDS.items():
        if any(folded == word if word in _LETTERS else folded.startswith(word) for word in words):
            return state
    raise ExchangeFailed("unknown_status", status=status[:100])


def _yes(value: str) -> bool:
    folded = value.casefold()
    return folded not in _NO and not folded.startswith(_NO_DATES)


def _folded(name: str) -> str:
    return " ".join(name.casefold().replace("ё", "е").split())
