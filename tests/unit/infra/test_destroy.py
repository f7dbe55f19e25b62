"""A stage goes as a whole, in the right order, and only if somebody really means this one."""

import io
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
from botocore.exceptions import ClientError

from infra import record
from infra.errors import InfraError
from infra.operating import destroy as teardown
from infra.operating import functions, storage
from infra.operating.destroy import destroy
from infra.settings import Stack, aws_stack
from infra.stages import Stage, read_stage
from infra.template import table_names

TABLES = table_names("retail-orders-staging")


def missing(code: str = "ResourceNotFoundException", status: int = 404) -> ClientError:
    return ClientError({"Error": {"Code": code}, "ResponseMetadata": {"HTTPStatusCode": status}}, "x")


@dataclass
class FakeAws:
    """Tables and bucket with their tags, and everything that was deleted, in order."""

    tables: dict[str, dict[str, str]] = field(default_factory=dict)
    bucket: dict[str, str] | None = None
    objects: list[tuple[str, str]] = field(default_factory=list)
    protected: set[str] = field(default_factory=set)
    done: list[str] = field(default_factory=list)
    refuses: str = ""

    def describe_table(self, TableName: str) -> Any:  # noqa: N803 (boto3's own name)
        if TableName not in self.tables:
            raise missing()
        protected = TableName in self.protected
        return {
            "Table": {
                "TableArn": TableName,
                "TableStatus": "ACTIVE",
                "DeletionProtectionEnabled": protected,
                "ItemCount": 7,
                "TableSizeBytes": 2_000_000,
            }
        }

    def list_tags_of_resource(self, ResourceArn: str) -> Any:  # noqa: N803
        return {"Tags": [{"Key": key, "Value": value} for key, value in self.tables[ResourceArn].items()]}

    def update_table(self, TableName: str, DeletionProtectionEnabled: bool) -> None:  # noqa: N803
        assert not DeletionProtectionEnabled
        self.protected.discard(TableName)

    def delete_table(self, TableName: str) -> None:  # noqa: N803
        if TableName in self.protected:
            raise missing("ValidationException", 400)
        self.done.append(f"table {TableName}")
        del self.tables[TableName]

    def head_bucket(self, Bucket: str) -> None:  # noqa: N803
        if self.bucket is None:
            raise missing("404")

    def get_bucket_tagging(self, Bucket: str) -> Any:  # noqa: N803
        if not self.bucket:
            raise missing("NoSuchTagSet")
        return {"TagSet": [{"Key": key, "Value": value} for key, value in self.bucket.items()]}

    def get_paginator(self, name: str) -> Any:
        return FakePages(self, name)

    def delete_objects(self, Bucket: str, Delete: Any) -> Any:  # noqa: N803
        found = [(one["Key"], one["VersionId"]) for one in Delete["Objects"]]
        if self.refuses in [key for key, _ in found]:
            return {"Errors": [{"Key": self.refuses, "Message": "Access Denied"}]}
        self.objects = [one for one in self.objects if one not in found]
        self.done.append(f"files {sorted(key for key, _ in found)}")
        return {}

    def abort_multipart_upload(self, Bucket: str, Key: str, UploadId: str) -> None:  # noqa: N803
        self.done.append(f"upload {UploadId}")

    def delete_bucket(self, Bucket: str) -> None:  # noqa: N803
        assert self.objects == []
        self.done.append("bucket")
        self.bucket = None


@dataclass
class FakePages:
    aws: FakeAws
    name: str

    def paginate(self, Bucket: str, Prefix: str = "") -> Any:  # noqa: N803
        if self.name == "list_multipart_uploads":
            return [{"Uploads": [{"Key": "incoming/1/big", "UploadId": "u"}]}]
        found = [{"Key": key, "VersionId": version} for key, version in self.aws.objects if key.startswith(Prefix)]
        return [{"Versions": found[:1], "IsTruncated": True}, {"DeleteMarkers": found[1:], "IsTruncated": False}]


class FakeLock:
    """Records when it is held."""

    def __init__(self, done: list[str]) -> None:
        self.done = done

    def acquire(self) -> None:
        self.done.append("locked")

    def require(self) -> None:
        """It is."""

    def release(self) -> None:
        if self.done and "unlocked" not in self.done:
            self.done.append("unlocked")


class FakeStack:
    def __init__(self, done: list[str]) -> None:
        self.done = done

    def status(self) -> str:
        return "UPDATE_COMPLETE"

    def delete(self) -> None:
        self.done.append("stack")


@dataclass
class Place:
    """A stage on AWS."""

    aws: FakeAws
    stack: Stack
    stage: Stage

    def destroy(self, typed: str = "staging", *, protection: str = "", dry_run: bool = False) -> list[str]:
        sys.stdin = io.StringIO(f"{typed}\n")
        destroy(self.stack, self.stage, protection=protection, dry_run=dry_run)
        return self.aws.done


@pytest.fixture
def make(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], Place]:
    def make(name: str) -> Place:
        stage, stack = read_stage(name), aws_stack(name, {"AWS_REGION": "eu-central-1"})
        tags = stage.tags
        aws = FakeAws({table: dict(tags) for table in table_names(stage.environment["TABLE_PREFIX"])}, dict(tags))
        aws.objects = [("deployment/lock.json", "1"), ("incoming/1/a", "1"), ("incoming/1/a", "2")]

        def gone(_: str) -> None:
            raise missing("NotFoundException")

        found: list[functions.Deletable] = [
            ("REST API", ["api"], lambda name: aws.done.append(name)),
            ("functions", ["gone", "function"], lambda name: gone(name) if name == "gone" else aws.done.append(name)),
            ("logs of functions", [], gone),
        ]
        monkeypatch.setattr(Stack, "client", lambda *_: aws)
        monkeypatch.setattr(functions, "of_stage", lambda *_: found)
        monkeypatch.setattr(teardown, "DataStack", lambda *_: FakeStack(aws.done))
        monkeypatch.setattr(teardown, "DeploymentLock", lambda *_: FakeLock(aws.done))
        monkeypatch.setattr(sys, "stdin", sys.stdin)
        return Place(aws, stack, stage)

    return make


def test_what_serves_goes_before_what_stores_and_the_bucket_with_the_lock_last(make: Callable[[str], Place]) -> None:
    place = make("staging")
    place.aws.protected.add(TABLES[0])
    done = place.destroy()
    assert done == [
        "locked",
        "api",
        "function",
        "stack",
        *(f"table {name}" for name in TABLES),
        "files ['incoming/1/a', 'incoming/1/a']",
        "upload u",
        "unlocked",
        "files ['deployment/lock.json']",
        "upload u",
        "bucket",
    ]
    assert (place.aws.tables, place.aws.bucket) == ({}, None)


def test_a_dry_run_lists_everything_and_deletes_nothing(
    make: Callable[[str], Place], capsys: pytest.CaptureFixture[str]
) -> None:
    place = make("prod")
    assert place.destroy(dry_run=True) == []
    shown = capsys.readouterr().err
    for name in ("api", "function", "retail-orders-prod", *place.aws.tables, place.stage.bucket):
        assert f"    {name}" in shown
    assert "about 7 items, 2.0 MB" in shown
    assert "nothing was deleted" in shown


@pytest.mark.parametrize("typed", ["", "prod", "stagin", "y"])
def test_nothing_is_deleted_until_the_name_of_the_stage_is_typed(typed: str, make: Callable[[str], Place]) -> None:
    place = make("staging")
    with pytest.raises(InfraError, match="not confirmed: nothing was deleted"):
        place.destroy(typed)
    assert place.aws.done == []


def test_production_goes_only_with_its_protection_switched_off(make: Callable[[str], Place]) -> None:
    place = make("prod")
    for protection in ("", "on", "1"):
        with pytest.raises(InfraError, match="make destroy STAGE=prod PROTECTION=off"):
            place.destroy("prod", protection=protection)
    assert place.aws.done == []
    assert place.destroy("prod", protection="off")[-1] == "bucket"


@pytest.mark.parametrize("foreign", ["table", "bucket"])
def test_storage_without_the_tags_of_the_stage_is_somebody_elses(foreign: str, make: Callable[[str], Place]) -> None:
    place = make("staging")
    if foreign == "table":
        place.aws.tables[TABLES[1]] = {"project": "retail-orders", "stage": "prod"}
    else:
        place.aws.bucket = {}
    name = TABLES[1] if foreign == "table" else place.stage.bucket
    with pytest.raises(InfraError, match=f"not tagged project=retail-orders, stage=staging.*{foreign} {name}"):
        place.destroy()
    assert place.aws.done == []


def test_a_stage_that_has_nothing_is_said_to_have_nothing(
    make: Callable[[str], Place], monkeypatch: pytest.MonkeyPatch
) -> None:
    place = make("staging")
    place.aws.tables, place.aws.bucket = {}, None
    monkeypatch.setattr(functions, "of_stage", lambda *_: [])
    monkeypatch.setattr(FakeStack, "status", lambda _: None)
    with pytest.raises(InfraError, match="nothing of stage staging exists in eu-central-1"):
        place.destroy()


def test_a_file_that_s3_keeps_is_named(make: Callable[[str], Place]) -> None:
    place = make("staging")
    place.aws.refuses = "incoming/1/a"
    with pytest.raises(InfraError, match="S3 refused to delete incoming/1/a: Access Denied"):
        place.destroy()
    assert place.aws.bucket is not None


def test_a_bucket_of_somebody_else_is_not_taken_for_a_missing_one(make: Callable[[str], Place]) -> None:
    place = make("staging")

    def forbidden(Bucket: str) -> None:  # noqa: N803
        raise missing("403", 403)

    place.aws.head_bucket = forbidden  # type: ignore[method-assign]
    with pytest.raises(ClientError):
        storage.has_bucket(place.stack, place.stage.bucket)


@dataclass
class Named:
    """An account in which others have named things alike, in pages as AWS answers."""

    names: list[str]

    def get_paginator(self, name: str) -> Any:
        return self

    def paginate(self, **_: str) -> Any:
        shown = [{"Name": one, "FunctionName": one, "RoleName": one, "logGroupName": one} for one in self.names]
        return [dict.fromkeys(("Rules", "Functions", "Roles", "logGroups"), shown)]


def test_what_others_have_named_alike_is_not_of_the_stage(monkeypatch: pytest.MonkeyPatch) -> None:
    own = {
        "rules of the clock": ["retail-orders-prod-sweep-event"],
        "functions": ["retail-orders-prod", "retail-orders-prod-sweep"],
        "roles of functions": ["retail-orders-prod-api_handler"],
        "logs of functions": ["/aws/lambda/retail-orders-prod", "/aws/lambda/retail-orders-prod-sweep"],
    }
    others = ["retail-orders-prod2", "retail-orders-prod-deploy", "retail-orders", "/aws/lambda/retail-orders-prod2"]
    monkeypatch.setattr(Stack, "client", lambda *_: Named([one for names in own.values() for one in names] + others))
    monkeypatch.setattr(record, "apis_of", lambda *_: [])
    monkeypatch.setattr(record, "mappings_of", lambda *_: [])
    prod = read_stage("prod")
    found = {kind: names for kind, names, _ in functions.of_stage(aws_stack("prod", {"AWS_REGION": "x"}), prod)}
    # A function and a role may have the same name.
    assert found == {
        **own,
        "REST API": [],
        "queue mappings": [],
        "roles of functions": ["retail-orders-prod-sweep", "retail-orders-prod-api_handler"],
    }
