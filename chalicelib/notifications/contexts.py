"""What a mail is rendered from, and to whom it goes: looked up when it is sent, from the ids in the outbox."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from chalicelib import clock
from chalicelib.accounts.recovery import EMAIL, RESET
from chalicelib.accounts.registration import CONFIRM
from chalicelib.accounts.tokens import new_token, token_hash
from chalicelib.documents import kept, views
from chalicelib.documents.order_views import contact_view, order_view, part_view
from chalicelib.exports.asking import file_name, kept_until
from chalicelib.models.accounts import Administrator, OneTimeToken, User
from chalicelib.models.catalogue import Shop
from chalicelib.models.exports import Export
from chalicelib.models.imports import Import
from chalicelib.models.mails import Mail
from chalicelib.models.orders import Event, order_key
from chalicelib.notifications import mail_views
from chalicelib.notifications.message import MAX_RECIPIENTS, Attachment
from chalicelib.ordering.reading import get_order, part_of_shop
from chalicelib.outbox import DOCUMENTS
from chalicelib.pricelists import reports, review
from chalicelib.pricelists.reading.faults import fault_message
from chalicelib.texts import DEFAULT_LANGUAGE, Language

_TOKENS = {
    "confirm_registration": (CONFIRM, timedelta(hours=24)),
    "password_reset": (RESET, timedelta(hours=1)),
    "email_change": (EMAIL, timedelta(hours=24)),
}
_FAULTS_SHOWN = 20
_EXPORT_CALLS = {"shop": "partner/exports", "buyer": "order/exports", "administrator": "admin/exports"}
_COUNTS = ("read", "ok", "errors", "warnings", "created", "changed", "unchanged", "withdrawn")


@dataclass(frozen=True, slots=True)
class Prepared:
    """A mail that can be rendered. ``waybills`` says that the parts go with it as documents."""

    recipients: list[str]
    language: Language
    context: mail_views.Context
    waybills: bool = False


def recipients_of(mail: Mail) -> list[tuple[str, str, dict[str, Any]]]:
    """Everyone for whom an entry becomes a mail, as (kind, recipient, about)."""
    if mail.recipient == "shops":
        common = {key: value for key, value in mail.about.items() if key != "shops"}
        return [(mail.kind, f"shop:{shop_id}", {**common, "shop_id": shop_id}) for shop_id in mail.about["shops"]]
    if mail.recipient == "administrators":
        groups = range(1, -(-len(_administrators()) // MAX_RECIPIENTS) + 1)
        return [(mail.kind, f"administrators:{group}", mail.about) for group in groups]
    return _recipients_of_order(int(mail.about["order_id"]))


def _recipients_of_order(order_id: int) -> list[tuple[str, str, dict[str, Any]]]:
    """What a new order brings about: its documents, and a mail to its buyer, the administrators and each shop."""
    order, parts = get_order(order_id)
    mails = [
        (DOCUMENTS, DOCUMENTS, {"order_id": order_id}),
        ("order_placed", f"user:{order.buyer_id}", {"order_id": order_id}),
        ("order_waybill", "administrators", {"order_id": order_id}),
    ]
    for part in parts:
        shop_id = part.shop_id
        mails.append(("order_part", f"shop:{shop_id}", {"order_id": order_id, "shop_id": shop_id}))
    return mails


def prepare(mail: Mail) -> Prepared:
    """Recipients, language and context of a mail. No recipients where there is nobody to tell."""
    addresses, user = _recipients(mail.recipient)
    if addresses and "to" in mail.about:
        # An address that is not the account's yet, or not any more.
        addresses = [mail.about["to"]]
    language: Language = "en" if user is not None and user.language == "en" else DEFAULT_LANGUAGE
    context, waybills = _CONTEXTS[mail.kind](mail, user, language)
    return Prepared(addresses, language, context, waybills)


def attachments(prepared: Prepared) -> list[Attachment]:
    """The documents of the order, where the mail carries them."""
    if not prepared.waybills or not isinstance(prepared.context, mail_views.OrderContext):
        return []
    order = prepared.context.order
    return [Attachment(one.name, kept.content_of(one, order), one.mime) for one in kept.documents_of(order)]


def _recipients(recipient: str) -> tuple[list[str], User | None]:
    kind, _, identity = recipient.partition(":")
    if kind == "administrators":
        last = int(identity or 0) * MAX_RECIPIENTS
        everyone = _administrators()
        return (everyone[last - MAX_RECIPIENTS : last] if identity else everyone), None
    user_id = int(identity)
    if kind == "shop":
        user_id = Shop.at(user_id).require(consistent=False).owner_id
    user = User.at(user_id).require()
    return ([] if user.blocked else [user.email]), user


def _administrators() -> list[str]:
    return [one.email for one in Administrator.query(Administrator.PK)]


def _token(mail: Mail, user: User | None, language: Language) -> tuple[mail_views.Context, bool]:
    if user is None:
        raise ValueError(mail.recipient)
    purpose, lifetime = _TOKENS[mail.kind]
    # Made here and not when it was asked for, so that the token exists in the mail only and never in the outbox.
    token = new_token(user.user_id)
    stored = OneTimeToken.at(user.user_id, purpose, token_hash(token))
    stored.email, stored.expires_at = mail.about.get("email"), clock.now() + lifetime
    stored.save()
    return mail_views.ConfirmContext(user.first_name, mail.about.get("email") or user.email, token), False


def _notice(mail: Mail, user: User | None, language: Language) -> tuple[mail_views.Context, bool]:
    if user is None:
        raise ValueError(mail.recipient)
    return mail_views.NoticeContext(user.first_name, user.email), False


def _order(mail: Mail, user: User | None, language: Language) -> tuple[mail_views.Context, bool]:
    context = mail_views.OrderContext(order_view(*get_order(int(mail.about["order_id"]))))
    return context, mail.kind == "order_waybill"


def _state(mail: Mail, user: User | None, language: Language) -> tuple[mail_views.Context, bool]:
    # The change that the mail tells of: the order may have moved on since then, and has another mail for that.
    order = replace(order_view(*get_order(int(mail.about["order_id"]))), state=mail.about["now"])
    by, reason, canceled = _cancellation(mail, order)
    return mail_views.StateContext(order, mail.about["was"], by, reason, canceled), False


def _cancellation(mail: Mail, order: views.OrderView) -> tuple[str, str, tuple[str, ...]]:
    if "event" not in mail.about:
        # Written before mails about a state told of their event.
        return "", "", ()
    event = _event(mail)
    moved = {shop_id for shop_id, (_, now) in event.changes.items() if now == "canceled"}
    canceled = tuple(part.number for part in order.parts if str(part.shop_id) in moved)
    return event.actor_role, event.reason or "", canceled


def _answered(mail: Mail, user: User | None, language: Language) -> tuple[mail_views.Context, bool]:
    order_id, shop_id = int(mail.about["order_id"]), int(mail.about["shop_id"])
    order = order_view(*get_order(order_id))
    event = _event(mail)
    part = next(part for part in order.parts if part.shop_id == shop_id)
    return mail_views.AnsweredContext(order, part, _changes(event), event.actor_role, event.reason or ""), False


def _part(mail: Mail, user: User | None, language: Language) -> tuple[mail_views.Context, bool]:
    part = part_of_shop(int(mail.about["shop_id"]), int(mail.about["order_id"]))
    placed_at = clock.from_stamp(part.placed_at)
    return mail_views.PartContext(
        part.order_id, part.number, placed_at, part_view(part), contact_view(part.contact)
    ), False


def _canceled(mail: Mail, user: User | None, language: Language) -> tuple[mail_views.Context, bool]:
    part = part_of_shop(int(mail.about["shop_id"]), int(mail.about["order_id"]))
    placed_at = clock.from_stamp(part.placed_at)
    if "event" in mail.about:
        # By an answer to its rows, which hold the reasons.
        event = _event(mail)
        by, reason, changes = event.actor_role, event.reason or "", _changes(event)
    else:
        by, reason, changes = mail.about["by"], mail.about["reason"] or "", ()
    return mail_views.CanceledContext(part.number, placed_at, part_view(part), by, reason, changes), False


def _event(mail: Mail) -> Event:
    return Event(order_key(int(mail.about["order_id"])), mail.about["event"]).require()


def _changes(event: Event) -> tuple[mail_views.ChangeView, ...]:
    return tuple(mail_views.ChangeView(row["name"], row["was"], row["now"], row["reason"]) for row in event.rows)


def _import(mail: Mail, user: User | None, language: Language) -> tuple[mail_views.Context, bool]:
    record = Import.at(int(mail.about["import_id"])).require()
    counts = {name: record.counts.get(name, 0) for name in _COUNTS}
    faults = tuple(_fault_line(entry, language) for entry in record.faults[:_FAULTS_SHOWN])
    report = mail_views.ImportView(
        import_id=record.import_id,
        file_name=record.file_name,
        status=record.status,
        faults=faults,
        review=_review_call(record),
        refused=reports.refused_name(record) or "",
        **counts,
    )
    return mail_views.ImportContext(report), False


def _review_call(record: Import) -> str:
    if record.status != review.STATUS or (token := review.new_link_token(record)) is None:
        return ""
    return f"imports/{record.import_id}/review?token={token}"


def _export(mail: Mail, user: User | None, language: Language) -> tuple[mail_views.Context, bool]:
    record = Export.at(int(mail.about["export_id"])).require()
    export = mail_views.ExportView(
        export_id=record.export_id,
        file_name=file_name(record),
        status=record.status,
        written=record.counts.get("written", 0),
        kilobytes=-(-(record.size or 0) // 1024),
        path=f"{_EXPORT_CALLS[record.scope]}/{record.export_id}",
        kept_until=kept_until(record),
    )
    return mail_views.ExportContext(export), False


def _fault_line(entry: dict[str, Any], language: Language) -> str:
    place = f"{entry['line']}: " if entry["line"] is not None else ""
    identity = f"[{entry['id']}] " if entry["id"] is not None else ""
    return f"{place}{identity}{fault_message(entry, language)}"


_CONTEXTS: dict[str, Callable[[Mail, User | None, Language], tuple[mail_views.Context, bool]]] = {
    "confirm_registration": _token,
    "password_reset": _token,
    "email_change": _token,
    "email_changed": _notice,
    "order_placed": _order,
    "order_waybill": _order,
    "order_part": _part,
    "order_state": _state,
    "part_canceled": _canceled,
    "part_answered": _canceled,
    "order_answered": _answered,
    "import_report": _import,
    "export_ready": _export,
}
