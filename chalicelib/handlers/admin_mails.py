"""Calls of administrators about the outbox."""

from chalicelib.administration.mails import find_mails, get_mail, resend, resend_failed
from chalicelib.answers.administration import MailsResent, OutboxMail, mail_body
from chalicelib.answers.common import Created
from chalicelib.answers.pages import Page, page_body
from chalicelib.cursors import seal
from chalicelib.handlers.acting import acting_admin
from chalicelib.http import Call
from chalicelib.path_ids import path_id
from chalicelib.requests.administration import MailsQuery


def admin_mails(call: Call[None], query: MailsQuery) -> Page[OutboxMail]:
    """The outbox, newest first: what was sent to whom, what is waiting and what failed."""
    mails, after = find_mails(query.status, query.limit, query.after(query.scope))
    return page_body([mail_body(mail) for mail in mails], seal(query.scope, after) if after else None)


def admin_mail(call: Call[None], mail_id: str) -> OutboxMail:
    """One mail of the outbox."""
    return mail_body(get_mail(path_id(mail_id)))


def admin_mail_resend(call: Call[None], mail_id: str) -> Created:
    """Send the mail about an event to its recipient again: a failed mail itself, any other as a new mail."""
    return {"Status": True, "id": resend(path_id(mail_id), acting_admin(call))}


def admin_mails_resend(call: Call[None]) -> MailsResent:
    """Send failed mails again, the newest 100 of them."""
    resent, more = resend_failed(acting_admin(call))
    return {"Status": True, "resent": resent, "more": more}
