"""What the screens of administrators share, and their start page."""

from dataclasses import dataclass

from chalicelib.administration.acts import Admin
from chalicelib.administration.lists import shop_names
from chalicelib.administration.waiting import (
    FailedImports,
    Waiting,
    imports_failed,
    mails_failed,
    orders_waiting,
    reviews_waiting,
)
from chalicelib.console.screens.import_views import ImportLine, first_reason, import_line
from chalicelib.console.screens.mail_lines import MailLine, ids_of, mail_lines
from chalicelib.console.screens.orders import OrderLine, line_of
from chalicelib.console.visit import Page, Visit
from chalicelib.dead_letters import dead_letters

PAGE = 25
_DAY = 86_400
# Of each kind of what waits.
_FIRST = 10


@dataclass(frozen=True, slots=True)
class FailedLine:
    """A shop whose price lists fail: the newest of them, why in words, and how many have failed."""

    line: ImportLine
    shop: str
    shop_id: int
    why: str
    count: int


@dataclass(frozen=True, slots=True)
class AdminStart:
    """What waits for an administrator, the oldest of each kind first: ``first``, ``count``, and whether there is more.

    ``reviews`` come with the names of their shops, ``mails`` say why they failed. ``letters`` are the dead-letter
    queues that hold messages, ``letters_unknown`` says that some could not be asked.
    """

    late: Waiting[OrderLine]
    reviews: Waiting[tuple[ImportLine, str]]
    mails: Waiting[MailLine]
    imports: Waiting[FailedLine]
    letters: list[tuple[str, int]]
    letters_unknown: bool

    @property
    def is_calm(self) -> bool:
        """Whether nothing waits, as far as is known."""
        counts = (self.late.count, self.reviews.count, self.mails.count, self.imports.count, len(self.letters))
        return not any(counts) and not self.letters_unknown

    @property
    def letters_count(self) -> int:
        """How many messages wait in all dead-letter queues that could be asked."""
        return sum(count for _, count in self.letters)

    @property
    def mail_ids(self) -> str:
        """The ids of the mails that are shown, as the form for sending them again holds them."""
        return ids_of(self.mails.first)


def start(visit: Visit) -> Page:
    """Show what waits for an administrator."""
    reviews = reviews_waiting(_FIRST)
    names = shop_names(one.shop_id for one in reviews.first)
    late, mails, failed = orders_waiting(_FIRST, _DAY), mails_failed(_FIRST), imports_failed(_FIRST)
    letters = dead_letters()
    lines = [(import_line(one, visit.language), names.get(one.shop_id, "")) for one in reviews.first]
    view = AdminStart(
        late.showing([line_of(order, parts) for order, parts in late.first]),
        reviews.showing(lines),
        mails.showing(mail_lines(mails.first)),
        failed.showing([_failed(one, visit) for one in failed.first]),
        [(about, count) for about, count in letters.items() if count],
        None in letters.values(),
    )
    return Page("start/administrator", view)


def _failed(found: FailedImports, visit: Visit) -> FailedLine:
    line = import_line(found.newest, visit.language)
    why = first_reason(found.newest, visit.language)
    return FailedLine(line, found.shop.name, found.shop.entity_id, why, found.count)


def admin_of(visit: Visit) -> Admin:
    """Return who acts, as the use cases of administration want to know it."""
    return Admin(visit.caller.user_id, visit.request_id)
