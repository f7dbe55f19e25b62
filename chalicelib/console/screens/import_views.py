"""View models of imports: progress, faults, how the file was read, and what would change."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from chalicelib.console.visit import Visit
from chalicelib.documents.wording import named
from chalicelib.models.imports import EDITED, Import
from chalicelib.pricelists.changes import Changes, kept_changes, many_changes
from chalicelib.pricelists.progress import with_progress
from chalicelib.pricelists.reading.detect import WORKBOOKS
from chalicelib.pricelists.reading.faults import FAULTS_KEPT, StoredFault, fault_message
from chalicelib.pricelists.report_page import COUNTS
from chalicelib.pricelists.reports import ASKS, ReportFiles, files_of, format_text, kind_of, understood_of
from chalicelib.pricelists.review import question_of
from chalicelib.pricelists.review_lines import role_word, understood_lines
from chalicelib.pricelists.states import FINAL, SUCCEEDED, Status
from chalicelib.requests.partner import AskedQuestion
from chalicelib.texts import Language, text

# Statuses of imports whose list has not been applied: their page shows what it would change.
_WAITING = frozenset({Status.NEEDS_REVIEW, Status.PLANNED})
_BRIEF = frozenset({"errors", "warnings", "created", "changed", "withdrawn"})
# The counts of an import that has changed nothing, or nothing yet; the others say what it would change.
_BEFORE = ("read", "errors", "kept", "warnings")
# Counts of a review, in addition to those of every import.
_OF_REVIEW = ("prices_up", "prices_down", "price_change_max")


@dataclass(frozen=True, slots=True)
class ImportLine:
    """An import in a list; ``status`` is a text, ``tone`` the class of its mark.

    ``counts`` have no zeros; ``brief`` are those of them that show the result.
    """

    import_id: int
    name: str
    created_at: str
    status: str
    tone: str
    counts: list[tuple[str, int]]
    brief: list[tuple[str, int]]


@dataclass(frozen=True, slots=True)
class FaultLine:
    """A fault and its correction as a text; ``line`` is None if it is about the whole file."""

    line: int | None
    good: str
    field: str
    value: str
    words: str
    is_warning: bool


@dataclass(frozen=True, slots=True)
class ChangesView:
    """What a list would change: ``totals`` by kind, ``sales`` in kopecks, and the first of each kind."""

    first: Changes
    totals: Mapping[str, int]

    @property
    def is_empty(self) -> bool:
        """Whether nothing is known to change."""
        return not any(self.totals.values())


@dataclass(frozen=True, slots=True)
class ImportView:
    """An import. ``is_open`` means that it is in progress; ``done`` of ``planned`` goods are written, None before that.

    ``question`` stands for the plan that waits for a decision, "" if none does.
    """

    line: ImportLine
    record: Import
    is_open: bool
    planned: int | None
    done: int
    format: str
    reasons: list[str]
    faults: list[FaultLine]
    files: ReportFiles
    understood: Mapping[str, Sequence[str]]
    changes: ChangesView | None
    question: str

    @property
    def is_edited(self) -> bool:
        """Whether the import consists of changes typed on the page of goods."""
        return self.record.file_name == EDITED

    @property
    def cure(self) -> str:
        """The key of the text about the file of refused rows: the accepted rows may not be in the catalogue either."""
        if self.question:
            return "import.cure_later"
        return "import.cure" if _has_written(self.record) else "import.cure_whole"

    @property
    def is_cut(self) -> bool:
        """Whether there are more faults than an import keeps."""
        return len(self.record.faults) >= FAULTS_KEPT

    @property
    def file_links(self) -> list[tuple[str, str, str]]:
        """The files of the report: what each is, its name and its address."""
        found = (("errors", self.files.get("errors")), ("changes", self.files.get("changes")))
        return [(kind, file["name"], file["url"]) for kind, file in found if file is not None]


@dataclass(frozen=True, slots=True)
class ImportPage:
    """The page of an import: ``list`` is the address of the list it is in, ``shop`` the name shown to administrators.

    ``may_approve`` means that the visitor may approve it; everyone who may open the page may reject it. ``following``
    is the next import that waits for a decision; ``may_repeat`` means that it can be imported again.
    """

    one: ImportView
    list: str
    may_approve: bool
    shop: str | None = None
    following: int | None = None
    may_repeat: bool = False


def shown_question(visit: Visit) -> str:
    """Return the question that the form of a decision was shown with; "" matches no plan.

    So nobody can decide on a plan that they have not seen.
    """
    return visit.read(AskedQuestion).question or "-"


def import_line(record: Import, language: Language) -> ImportLine:
    """Return an import as lists show it."""
    found = [
        (name, text("mail", f"import_report.{name}", language), count)
        for name in (COUNTS if _has_written(record) else _BEFORE)
        if (count := record.counts.get(name))
    ]
    counts = [(label, count) for _, label, count in found]
    brief = [(label, count) for name, label, count in found if name in _BRIEF]
    name = text("console", "import.edited", language) if record.file_name == EDITED else record.file_name
    return ImportLine(
        *(record.import_id, name or record.url or str(record.import_id), record.created_at),
        *(named("status", record.status, language), _tone(record)),
        *(counts, brief or counts[:1]),
    )


def first_reason(record: Import, language: Language) -> str:
    """Return the text of the first fault, preferably of one of the whole list; "" if there is none."""
    own = [entry for entry in record.faults if entry["line"] is None] or record.faults
    return fault_message(own[0], language, kind_of(record)) if own else ""


def import_view(record: Import, language: Language) -> ImportView:
    """Return an import with everything that its page shows; links to its files work for 15 minutes."""
    record = with_progress(record)
    kind, files, found = kind_of(record), files_of(record), understood_of(record)
    # Approving the list settles the faults about which it asked.
    settled = ASKS if record.approved else frozenset()
    own = [entry for entry in record.faults if entry["line"] is None and entry["code"] not in settled]
    planned = record.counts.get("planned") if record.begun else None
    waits = record.status in _WAITING
    return ImportView(
        *(import_line(record, language), record, Status(record.status) not in FINAL | {Status.NEEDS_REVIEW}),
        *(planned, record.counts.get("written", 0), format_text(record)),
        [fault_message(entry, language, kind) for entry in own],
        [_fault(entry, language, kind) for entry in record.faults if entry["line"] is not None],
        *(files, understood_lines(found, language) if found else {}),
        *(_changes(record, "changes" in files) if waits else None, question_of(record) or ""),
    )


def _changes(record: Import, has_file: bool) -> ChangesView:
    """Return what would change; if the file of changes has expired, only what the import itself stores."""
    if has_file:
        many = many_changes(record)
        totals = {**many["totals"], **_counted(record)}
        return ChangesView(many, totals)
    return ChangesView(kept_changes(record), _counted(record))


def _counted(record: Import) -> dict[str, int]:
    names = ("created", "changed", "withdrawn", *_OF_REVIEW)
    return {name: record.counts[name] for name in names if record.counts.get(name)}


def _fault(entry: StoredFault, language: Language, kind: str | None) -> FaultLine:
    # In a table the heading is the supplier's own, in the other formats the field is what the file says.
    field = entry["field"] or ""
    field = role_word(field, language) if kind == "csv" or kind in WORKBOOKS else field
    return FaultLine(
        *(entry["line"], entry["id"] or "", field, entry["value"] or ""),
        *(fault_message(entry, language, kind), entry["severity"] == "warning"),
    )


def _has_written(record: Import) -> bool:
    """Whether the catalogue was changed as the counts say: an import that was rejected or only checked has them too."""
    return record.begun or record.status in SUCCEEDED


def _tone(record: Import) -> str:
    """Return the class of the mark of its status, one of those for states of orders."""
    if record.status == Status.NEEDS_REVIEW:
        return "new"
    if record.status in {Status.DONE, Status.UNCHANGED, Status.PLANNED}:
        return "delivered"
    return "failed" if record.status in {Status.FAILED, Status.DONE_WITH_ERRORS} else "canceled"
