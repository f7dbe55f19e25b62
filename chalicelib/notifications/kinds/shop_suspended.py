"""To the administrators: a shop is closed because its supplier's account was blocked, or no longer is."""

from dataclasses import dataclass
from datetime import datetime

from chalicelib import clock
from chalicelib.documents import wording
from chalicelib.models.accounts import User
from chalicelib.models.catalogue import Shop
from chalicelib.models.mails import Mail
from chalicelib.notifications.kinds import Kind
from chalicelib.notifications.kinds._lines import lines_of
from chalicelib.texts import Language


@dataclass(frozen=True, slots=True)
class SuspensionProps:
    """Which shop of which account, whether that is ``blocked`` or ``open``, why and since when."""

    shop_id: int
    shop_name: str
    user_id: int
    state: str
    reason: tuple[str, ...]
    at: datetime


def _build(mail: Mail, user: User | None, language: Language) -> SuspensionProps:
    about = mail.about
    name = Shop.at(about["shop_id"]).require().name
    state = "blocked" if about["blocked"] else "open"
    at, reason = clock.from_stamp(mail.created_at), lines_of(about.get("reason"))
    return SuspensionProps(about["shop_id"], name, about["user_id"], state, reason, at)


def _subject(props: SuspensionProps, language: Language) -> dict[str, object]:
    return {"shop": props.shop_name, "state": wording.named("suspension", props.state, language)}


KIND = Kind(SuspensionProps, _build, _subject)
