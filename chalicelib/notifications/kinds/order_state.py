"""To the buyer: the order, or a part of it, has another state."""

from dataclasses import dataclass, replace

from chalicelib.documents import wording
from chalicelib.documents.views import OrderView
from chalicelib.models.accounts import User
from chalicelib.models.mails import Mail
from chalicelib.notifications.kinds import Kind
from chalicelib.notifications.kinds._lines import lines_of
from chalicelib.notifications.kinds._order import event_of, stored_order
from chalicelib.texts import Language


@dataclass(frozen=True, slots=True)
class StateProps:
    """The order in its new state, the state it had before, and who (``by``) canceled which parts."""

    order: OrderView
    was: str
    by: str
    reason: tuple[str, ...]
    canceled: tuple[str, ...]


def _build(mail: Mail, user: User | None, language: Language) -> StateProps:
    # The change that the mail reports: the order may have moved on since, and another mail reports that.
    order = replace(stored_order(mail), state=mail.about["now"])
    return StateProps(order, mail.about["was"], *_cancellation(mail, order))


def _cancellation(mail: Mail, order: OrderView) -> tuple[str, tuple[str, ...], tuple[str, ...]]:
    if "event" not in mail.about:
        # Written before mails about a state named their event.
        return "", (), ()
    event = event_of(mail)
    moved = {shop_id for shop_id, (_, now) in event.changes.items() if now == "canceled"}
    canceled = tuple(part.number for part in order.parts if str(part.shop_id) in moved)
    return event.actor_role, lines_of(event.reason), canceled


def _subject(props: StateProps, language: Language) -> dict[str, object]:
    return {"number": props.order.number, "state": wording.named("state", props.order.state, language)}


KIND = Kind(StateProps, _build, _subject)
