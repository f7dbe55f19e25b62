"""Calls of administrators about imports of any shop."""

from chalicelib.administration.lists import ImportFilter, find_imports
from chalicelib.administration.shops import decide_import, import_by_id
from chalicelib.answers.changes import ImportChanges, changes_body
from chalicelib.answers.imports import ImportDecided, ImportLine, ImportReport, decided_body, import_body, import_line
from chalicelib.answers.pages import Page, page_body
from chalicelib.cursors import seal
from chalicelib.handlers.acting import acting_admin
from chalicelib.http import Call
from chalicelib.path_ids import path_id
from chalicelib.requests.administration import ImportsQuery
from chalicelib.requests.partner import AskedQuestion


def admin_imports(call: Call[None], query: ImportsQuery) -> Page[ImportLine]:
    """Imports of all shops, newest first, without their faults."""
    wanted = ImportFilter(query.status, query.shop)
    records, after = find_imports(wanted, query.limit, query.after(query.scope))
    return page_body([import_line(record) for record in records], seal(query.scope, after) if after else None)


def admin_import(call: Call[None], import_id: str) -> ImportReport:
    """One import of any shop: its progress, and what was wrong in which line."""
    return import_body(import_by_id(path_id(import_id)), call.language)


def admin_import_changes(call: Call[None], import_id: str) -> ImportChanges:
    """The first 50 changes of each kind that an import would make, and a file with all of them."""
    return changes_body(import_by_id(path_id(import_id)))


def admin_import_approve(call: Call[AskedQuestion], import_id: str, query: AskedQuestion) -> ImportDecided:
    """Apply an import that waits for a decision, exactly as it was shown."""
    question = call.body.question or query.question
    record = decide_import(path_id(import_id), acting_admin(call), approve=True, question=question)
    return decided_body(record)


def admin_import_reject(call: Call[AskedQuestion], import_id: str, query: AskedQuestion) -> ImportDecided:
    """Discard an import that waits for a decision; the catalogue stays as it is."""
    question = call.body.question or query.question
    record = decide_import(path_id(import_id), acting_admin(call), approve=False, question=question)
    return decided_body(record)
