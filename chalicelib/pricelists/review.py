"""Plans that need a decision first: requested, decided once, or expired."""

import hashlib
import secrets

from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action

from chalicelib import clock, jobs, outbox
from chalicelib.accounts.tokens import token_hash
from chalicelib.catalogue.shops import prove
from chalicelib.dynamo.conditions import is_still
from chalicelib.dynamo.transaction import Lost, Transaction
from chalicelib.errors import AdministratorDecides, QuestionChanged, ReviewOver, WrongToken
from chalicelib.lazy import Lazy
from chalicelib.logs import log
from chalicelib.models.catalogue import Shop
from chalicelib.models.imports import Import
from chalicelib.models.mails import About
from chalicelib.pricelists import records, table_formats
from chalicelib.pricelists.finish import Outcome, finish, import_fault, stored_faults
from chalicelib.pricelists.planning.stored_plan import StoredPlan
from chalicelib.pricelists.reports import language_of
from chalicelib.pricelists.states import Status

DAYS = 7

# Few lists change so much that somebody has to look at it.
keep_changes = Lazy("pricelists.changes:keep")


def ask(record: Import, prepared: StoredPlan, *, for_administrator: bool = False) -> bool:
    """Make the import wait for a decision, and mail the reasons to the shop and the administrators.

    With ``for_administrator`` the shop may reject it, and only an administrator may approve it.

    Returns False if somebody asked since ``record`` was read: that question, and the answer to it, count.
    """
    until = clock.stamp(clock.after(DAYS * 86_400))
    actions = [
        Import.plan.set(prepared.plan),
        Import.approved.set(False),
        Import.counts.set({**prepared.counts, "planned": prepared.plan["writes"]}),
        Import.faults.set(stored_faults(prepared.all_faults())),
        Import.examples.set(keep_changes(record, prepared.plan, language_of(record.shop_id))),
        Import.review_until.set(until),
        Import.for_administrator.set(True) if for_administrator else Import.for_administrator.remove(),
        *jobs.due(Import, until),
    ]
    transaction = Transaction()
    # A concurrent planner may have asked, and been answered, by now; each question has its own time.
    unasked = is_still(Import.review_until, record.review_until)
    records.add_move(transaction, record, Status.NEEDS_REVIEW, actions, unasked)
    about: About = {"import_id": record.import_id}
    asked = [f"shop:{record.shop_id}"]
    if for_administrator or prepared.reasons:  # what columns mean is known to the shop alone
        asked.append("administrators")
    mails = [outbox.compose("import_report", who, about) for who in asked]
    for mail in mails:
        transaction.create("mail", mail)
    try:
        transaction.commit()
    except Lost:
        return False
    log.info("import needs review", extra={**about, "reasons": prepared.reasons})
    outbox.dispatch(mails)
    return True


def expire(record: Import) -> None:
    """Reject an import that nobody decided in time; leave one that may still wait."""
    if _is_over(record):
        finish(record, Outcome(Status.REJECTED, [import_fault("review_expired", days=DAYS)]))


def question_of(record: Import) -> str | None:
    """Return what stands for the plan that the import waits with; None if it does not wait. Each has another one."""
    if record.status != Status.NEEDS_REVIEW:
        return None
    asked = f"{record.review_until}\n{(record.plan or {}).get('where')}"
    return hashlib.blake2b(asked.encode(), digest_size=8, person=b"question").hexdigest()


def decide(
    import_id: int, by: str, *, approve: bool, shop_id: int | None = None, question: str | None = None
) -> Import:
    """Approve the plan that was shown, or reject it; ``by`` is stored. Returns the record afterwards.

    Exactly one decision is taken; ``question`` is the one that the caller saw, if it says so. Raises NotFound (for
    another shop's, too, where ``shop_id`` is given), ReviewOver, QuestionChanged if another one is asked by now, and
    AdministratorDecides for a shop that would approve what an administrator has to.
    """
    record = records.require(import_id, shop_id=shop_id)
    asked = question_of(record)
    if None not in {question, asked} and question != asked:
        raise QuestionChanged(detail={"question": asked})
    if approve and record.for_administrator and shop_id is not None:
        raise AdministratorDecides
    shop = Shop.at(record.shop_id).require()
    if record.status == Status.NEEDS_REVIEW and not records.is_newest(record, shop):
        finish(record, Outcome(Status.SUPERSEDED))
    if not _decide(record, by, approve=approve):
        now = records.find(import_id) or record
        raise ReviewOver(status=now.status, detail={"status": now.status, "import_status": now.status})
    log.info("import decided", extra={"import_id": import_id, "approved": approve, "by": by})
    if approve and record.for_administrator:
        prove(record.shop_id)
    if approve:
        records.dispatch(import_id)
    return record


def new_link_token(record: Import) -> str | None:
    """Return a token to decide on the import without an account, or None if it no longer waits.

    Made when its mail is sent; only its SHA-256 is kept. It ends with the decision, or when the time for one is over.
    """
    token = secrets.token_urlsafe(32)
    add: list[Action] = [Import.review_tokens.add({token_hash(token)})]
    waits: Condition = Import.status == Status.NEEDS_REVIEW
    return token if Import.at(record.import_id).update_where(waits, add) else None


def by_token(import_id: int, token: str) -> Import:
    """Return the import that this token decides on.

    Raises WrongToken, also for a used or expired token and while the supplier's account is blocked.
    """
    record = records.find(import_id)
    if record is None or record.status != Status.NEEDS_REVIEW:
        raise WrongToken
    if token_hash(token) not in (record.review_tokens or ()) or _is_over(record):
        raise WrongToken
    if Shop.at(record.shop_id).require().suspended:
        raise WrongToken
    return record


def _is_over(record: Import) -> bool:
    """Whether the time for a decision has passed."""
    return (record.review_until or "") <= clock.stamp(clock.now())


def _decide(record: Import, by: str, *, approve: bool) -> bool:
    """Store the decision; return False if one was taken already or the time for it has passed."""
    actions: list[Action] = [Import.decided_by.set(by), Import.review_tokens.remove(), Import.approved.set(approve)]
    # What was shown is decided on: a later question about another plan has another time.
    in_time = (Import.review_until > clock.stamp(clock.now())) & is_still(Import.review_until, record.review_until)
    if not approve:
        return records.move(record, Status.REJECTED, actions, in_time, by="reviewer")
    due = jobs.due(Import, clock.stamp(clock.after(Import.FIRST_LOOK)))
    transaction = Transaction()
    records.add_move(transaction, record, Status.QUEUED, [*actions, *due], in_time, by="reviewer")
    # With the decision: nobody is asked again about columns that have been approved.
    table_formats.approve(transaction, record)
    try:
        transaction.commit()
    except Lost:
        return False
    record.status, record.approved = Status.QUEUED, True
    return True
