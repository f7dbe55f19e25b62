"""Typed settings, read once from the environment.

A variable that is missing or malformed fails the function at its start, by name, instead of the first request that
needs it. Plain dataclass: pydantic would cost every cold start more than the rest of this package.
"""

import os
import re
from collections.abc import Mapping
from dataclasses import MISSING, dataclass, fields
from functools import cache
from typing import Literal, NamedTuple, get_args

SearchEngine = Literal["tables", "embedded", "opensearch"]

_LISTS = ("cors_origins", "url_import_allow")
_GUARD = (
    "guard_vanished_percent",
    "guard_moved_percent",
    "guard_move_percent",
    "guard_renamed_percent",
    "guard_min_goods",
)
_ACCOUNTS = ("login_failures", "require_current_password", "first_list_review", "new_shop_categories")
_WORKERS = ("chunk_workers", "mail_workers", "import_workers", "export_workers", "feedback_workers", "search_workers")
_NUMBERS = (*_WORKERS, "settle_seconds", "mail_link_days", *_GUARD, *_ACCOUNTS)
_ADDRESS = re.compile("https?://")
_RATE = re.compile(r"([1-9][0-9]{0,8})/([1-9][0-9]{0,8})")


class WrongSettings(Exception):
    """Environment variables are missing, empty or malformed; the message names them all."""


class Rate(NamedTuple):
    """At most ``calls`` in ``seconds``; written ``20/3600``."""

    calls: int
    seconds: int


@dataclass(frozen=True)
class Settings:
    """What differs from stage to stage; ``.chalice/config.json`` sets every variable."""

    stage: str
    table_prefix: str
    files_bucket: str
    imports_queue: str
    chunks_queue: str
    exports_queue: str
    mail_queue: str
    feedback_queue: str
    # An address, or ``Name <address>``.
    mail_from: str
    # The tables to use instead of those that the prefix names: ones that were restored.
    table_accounts: str = ""
    table_catalogue: str = ""
    table_baskets: str = ""
    table_orders: str = ""
    table_jobs: str = ""
    # The configuration set of SES that reports bounces to the feedback queue; the emulators have none.
    mail_configuration_set: str = ""
    cors_origins: tuple[str, ...] = ()
    # Hosts that URL imports may reach although their address is not public: the local stack only.
    url_import_allow: tuple[str, ...] = ()
    # The most chunks applied at the same time (Lambda's minimum is two).
    chunk_workers: int = 2
    # The most lists read and planned, files exported, and batches of notices recorded at the same time: without a limit
    # fifty suppliers sending at six o'clock would take the API's share of the account's concurrency.
    import_workers: int = 5
    export_workers: int = 5
    feedback_workers: int = 2
    # Lambda's minimum, of which one builds the index while the other defers what it was asked for.
    search_workers: int = 2
    # The most batches of mails sent at the same time: SES limits the mails per second.
    mail_workers: int = 2
    # Seconds (900 at most) after which an index surely shows a change; usually it follows within a second.
    settle_seconds: int = 60
    # The one address of an emulator's services (botocore's own variable); empty on AWS.
    aws_endpoint_url: str = ""
    # Where links and forms lead browsers, if the functions reach S3 by another address: an emulator in a container.
    files_endpoint_url: str = ""
    # The common prefix of the queues' URLs; without it each process asks for those it needs.
    queues_url: str = ""
    # Where the API is reached, up to the version: every address that answers, pages and mails hand out begins with it.
    # Deploying sets it for the functions that write addresses; without it, mails name the call alone and answers use
    # what the gateway says.
    public_url: str = ""
    # How long the links of mails open their pages without a login.
    mail_link_days: int = 14
    log_level: str = "INFO"
    # What finds offers: the indexes of the tables, an index in the bucket, or a domain of OpenSearch. The first needs
    # nothing built; the others are brought up to the tables by what the queue asks for (none: by the sweeper alone).
    search_engine: SearchEngine = "tables"
    search_queue: str = ""
    # The Lambda that holds the embedded index, and the address of OpenSearch.
    search_function: str = ""
    search_endpoint: str = ""
    # A list waits for somebody's word if it takes more than ``vanished`` percent of a shop's goods off sale, moves more
    # than ``moved`` percent of its prices by more than ``move`` percent, or renames more than ``renamed`` percent
    # of its goods; not in a shop that has fewer than ``min_goods`` on sale.
    guard_vanished_percent: int = 30
    guard_moved_percent: int = 20
    guard_move_percent: int = 50
    guard_renamed_percent: int = 50
    guard_min_goods: int = 10
    # How often those whom the comment names may make the calls that send mail, fetch, store or create what all see.
    # A network is an IPv4 address or a /64 of IPv6.
    rate_registrations: Rate = Rate(20, 600)  # a network
    rate_mail_requests: Rate = Rate(30, 3600)  # a network: resets, resent confirmations, new addresses
    rate_mails_to_address: Rate = Rate(5, 1800)  # an address, from all networks together
    rate_address_changes: Rate = Rate(5, 3600)  # an account
    rate_fetches: Rate = Rate(10, 600)  # a shop: lists by address, and new addresses of scheduled ones
    rate_uploads: Rate = Rate(60, 3600)  # a shop: files, and forms for large ones
    rate_exports: Rate = Rate(60, 3600)  # a shop, a buyer, an administrator
    rate_orders: Rate = Rate(300, 3600)  # a buyer: an order mails its buyer, each of its shops and the administrators
    rate_cancellations: Rate = Rate(60, 3600)  # a buyer: what returns stock, so that it can be ordered again
    rate_order_changes: Rate = Rate(1200, 3600)  # a buyer, a shop: whatever mails the other side
    rate_exchanges: Rate = Rate(240, 3600)  # a shop: sessions of its 1C, and lists of orders for it
    # Wrong passwords for one account from one network before each further one has to wait, longer and longer.
    login_failures: int = 5
    # Above this number of wrong passwords a network waits, but not for accounts that have logged in from it before ...
    rate_login_network: Rate = Rate(50, 900)
    # ... and for an account, from all networks together, the next wait begins with the first wrong password.
    rate_login_account: Rate = Rate(50, 3600)
    # 1: a new password or address needs the current password as well; clients written before do not send it.
    require_current_password: int = 0
    # 1: the first list of a new shop waits for an administrator.
    first_list_review: int = 0
    # The categories that lists of a new shop may add before an administrator has approved one of them.
    new_shop_categories: int = 500

    def table(self, name: str) -> str:
        """Return the full name of one of the five tables."""
        table: str = getattr(self, f"table_{name}") or f"{self.table_prefix}-{name}"
        return table


def read_settings(environment: Mapping[str, str]) -> Settings:
    """Return the settings in these variables; lists are separated by commas. Raises WrongSettings."""
    names = [field.name for field in fields(Settings)]
    needed = [field.name for field in fields(Settings) if field.default is MISSING]
    missing = [name.upper() for name in needed if not environment.get(name.upper(), "").strip()]
    if missing:
        raise WrongSettings(", ".join(missing))
    given = {name: environment[name.upper()].strip() for name in names if environment.get(name.upper(), "").strip()}
    lists = {name: _parts(given.pop(name)) for name in _LISTS if name in given}
    numbers = {name: given.pop(name) for name in _NUMBERS if name in given}
    rates = {name: _RATE.fullmatch(given.pop(name)) for name in names if name.startswith("rate_") and name in given}
    wrong = [name.upper() for name, value in numbers.items() if not value.isascii() or not value.isdigit()]
    wrong += [name.upper() for name, rate in rates.items() if rate is None]
    if given.get("search_engine", "tables") not in get_args(SearchEngine):
        wrong.append("SEARCH_ENGINE")
    if "search_endpoint" in given or given.get("search_engine") == "opensearch":
        wrong += [] if _ADDRESS.match(given.get("search_endpoint", "")) else ["SEARCH_ENDPOINT"]
    if wrong:
        raise WrongSettings(", ".join(wrong))
    read = {name: Rate(int(rate[1]), int(rate[2])) for name, rate in rates.items() if rate is not None}
    counts = {name: int(value) for name, value in numbers.items()}
    return Settings(**given, **lists, **counts, **read)  # type: ignore[arg-type]


def _parts(value: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in value.split(",") if part.strip())


@cache
def settings() -> Settings:
    """Return the settings of this process. Raises WrongSettings, naming each missing variable."""
    return read_settings(os.environ)
