"""Forgets a person: step by step, so that a run that was killed is completed by repeating it.

First nobody can log in any more, then all traces go, and the account itself is last: until then the address finds it.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, TypedDict

from botocore.exceptions import ClientError

from infra.errors import InfraError
from infra.people.files import Files
from infra.people.finding import Tables
from infra.people.person import Person, is_pseudonym, text_of
from infra.people.rules import closing, forgetting, shutting
from infra.progress import ProgressBar
from infra.table_pass import RATE, Change, Progress, TablePass, as_operation, write

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

    from infra.table_pass import Wire

#: Who was forgotten, by the ids of their accounts: a table restored to before has to forget them again.
PREFIX = "deployment/forgotten/"


class Forgotten(TypedDict):
    """The record of a person who was forgotten: nothing that says who it was."""

    user_id: int
    at: str


@dataclass
class Forgetting:
    """Forgets one person on one stage. ``counts`` says what was changed, or would be in a dry run."""

    tables: Tables
    files: Files
    person: Person
    rate: int = RATE
    dry_run: bool = False
    counts: dict[str, int] = field(default_factory=dict)

    def require_possible(self) -> None:
        """Raise InfraError while something is under way that needs the person's data."""
        if not self.person.user_id:
            return
        user = self._user()
        if self.person.role == "shop" and not user.get("blocked", {}).get("BOOL"):
            raise InfraError(
                f"account {self.person.user_id} is a supplier's: block it first, which closes the shop and tells "
                f"administrators (POST admin/users/{self.person.user_id}/block)"
            )
        if numbers := self.tables.open_orders(self.person):
            raise InfraError(
                f"orders that are not over need the contact: {', '.join(numbers[:10])}"
                f"{' …' if len(numbers) > 10 else ''}; deliver or cancel them first"
            )
        running = [one for one in self.tables.exports(self.person) if "finished_at" not in one]
        if running:
            raise InfraError(f"{len(running)} exports of account {self.person.user_id} are being made; repeat later")

    def run(self) -> None:
        """Forget the person. Raises InfraError if that is not possible now; then nothing has been changed."""
        self.require_possible()
        if self.person.user_id:
            self._shut()
        exports = self.tables.exports(self.person)
        self._count("versions of files", self.files.delete(self.person, exports, dry_run=self.dry_run))
        for table in ("accounts", "jobs"):
            self._pass(table)
        if self.person.user_id:
            self._empty_basket()
            self._forget_in_orders()
            self._close()

    def _shut(self) -> None:
        """Block the account and end its sessions at once: the pass over the table may take its time."""
        if self.dry_run:
            return
        record: Forgotten = {"user_id": self.person.user_id, "at": datetime.now(UTC).isoformat()}
        self.files.s3.put_object(
            Bucket=self.files.bucket,
            Key=f"{PREFIX}{self.person.user_id}.json",
            Body=json.dumps(record).encode(),
            ContentType="application/json",
        )
        table = self.tables.stage.table("accounts")
        while not (user := self._user()).get("blocked", {}).get("BOOL"):
            write(self.tables.dynamodb, table, user, shutting(user))
        rule = forgetting("accounts", self.person)
        for item in self.tables.query("accounts", self.person.partition):
            change = rule(item)
            if change is not None and write(self.tables.dynamodb, table, item, change):
                self._count(change.why, 1)

    def _empty_basket(self) -> None:
        """Delete the basket and the saved lists, which are items under the account's key."""
        table = self.tables.stage.table("baskets")
        for item in self.tables.query("baskets", self.person.partition):
            change = Change("basket" if item["sk"]["S"] == "BASKET" else "saved lists and their count", delete=True)
            self._count(change.why, 1)
            if not self.dry_run:
                write(self.tables.dynamodb, table, item, change)

    def _forget_in_orders(self) -> None:
        """Pass over the orders, until the index has none that it did not have before."""
        while True:
            self._pass("orders")
            now = self.tables.with_orders(self.person)
            if now.order_ids == self.person.order_ids:
                return
            self.person = now
            self._count("versions of files", self.files.delete(self.person, [], dry_run=self.dry_run))

    def _pass(self, table: str) -> None:
        name = self.tables.stage.table(table)
        whole = self.tables.dynamodb.describe_table(TableName=name)["Table"].get("ItemCount", 0)
        bar = ProgressBar(f"{table} read", whole)
        rule = forgetting(table, self.person)
        passing = TablePass(self.tables.dynamodb, name, rule, lambda now: bar.show(now.read), self.rate, self.dry_run)
        for why, count in passing.run(Progress()).changed.items():
            self._count(why, count)

    def _close(self) -> None:
        """Change the account and free its address, both at once. Raises InfraError if it changed meanwhile."""
        accounts, user = self.tables.stage.table("accounts"), self._user()
        if is_pseudonym(text_of(user, "email")):
            return
        self._count("account", 1)
        if self.dry_run:
            return
        operations = [as_operation(accounts, user, closing(self.person))]
        lock = self.tables.item("accounts", f"EMAIL#{text_of(user, 'email')}", "EMAIL")
        if lock is not None and self.person.is_account(lock, "user_id"):
            operations.append(as_operation(accounts, lock, Change("address", delete=True, seen=("user_id",))))
        try:
            self.tables.dynamodb.transact_write_items(TransactItems=operations)
        except ClientError as exc:
            if exc.response["Error"]["Code"] != "TransactionCanceledException":
                raise
            raise InfraError(f"account {self.person.user_id} changed meanwhile; repeat") from exc

    def _user(self) -> "Wire":
        user = self.tables.item("accounts", self.person.partition, "USER")
        if user is None:
            raise InfraError(f"there is no account {self.person.user_id}")
        return user

    def _count(self, why: str, count: int) -> None:
        if count:
            self.counts[why] = self.counts.get(why, 0) + count


def forgotten(s3: "S3Client", bucket: str) -> Iterator[Forgotten]:
    """Yield everybody who was forgotten on the stage."""
    for page in s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=PREFIX):
        for one in page.get("Contents", []):
            found: Forgotten = json.loads(s3.get_object(Bucket=bucket, Key=one["Key"])["Body"].read())
            yield found
