"""Builds are kept beside the record, so that one of them can be deployed again, unless it would misread the data."""

import base64
import hashlib
import io
import itertools
import json
import sys
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from infra import builds
from infra.builds import Build
from infra.errors import InfraError
from infra.operating.rollback import rollback
from infra.settings import Stack, aws_stack
from infra.stages import read_stage

PROD = read_stage("prod")


def config(level: str, **tables: str) -> str:
    return json.dumps({"stages": {"prod": {"environment_variables": {"LOG_LEVEL": level, **tables}}}})


class NoSuchKey(ClientError):
    """What S3 answers."""


@dataclass
class FakeAws:
    """A bucket, and the digest of the package that Lambda runs."""

    objects: dict[str, bytes] = field(default_factory=dict)
    digest: str = ""

    class exceptions:  # noqa: N801 (boto3's own name)
        NoSuchKey = NoSuchKey

    def get_object(self, Bucket: str, Key: str) -> Any:  # noqa: N803 (boto3's own name)
        if Key not in self.objects:
            raise NoSuchKey({"Error": {"Code": "NoSuchKey"}}, "GetObject")
        return {"Body": io.BytesIO(self.objects[Key])}

    def put_object(self, Bucket: str, Key: str, Body: bytes, ContentType: str = "") -> None:  # noqa: N803
        self.objects[Key] = Body

    def list_objects_v2(self, Bucket: str, Prefix: str) -> Any:  # noqa: N803
        return {"Contents": [{"Key": key} for key in sorted(self.objects) if key.startswith(Prefix)]}

    def delete_object(self, Bucket: str, Key: str) -> None:  # noqa: N803
        del self.objects[Key]

    def get_function_configuration(self, FunctionName: str) -> Any:  # noqa: N803
        assert FunctionName == "retail-orders-prod"
        return {"CodeSha256": self.digest}


@pytest.fixture
def prod(tmp_path: Path) -> Stack:
    return replace(
        aws_stack("prod", {"AWS_REGION": "eu-central-1"}), build_dir=tmp_path, deployed_dir=tmp_path / "deployed"
    )


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch) -> FakeAws:
    fake = FakeAws()
    monkeypatch.setattr(Stack, "client", lambda *_: fake)
    return fake


@pytest.fixture
def deploy(prod: Stack, aws: FakeAws, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Build]:
    """Deploy a version of the code and of the settings at a second of its own; a stray package lies there, too."""
    moments = (datetime(2026, 11, 29, 12, tzinfo=UTC) + timedelta(seconds=one) for one in itertools.count())
    monkeypatch.setattr(builds, "_now", lambda: next(moments))

    def deploy(code: str, level: str = "INFO", data_version: int = 1) -> Build:
        monkeypatch.setattr(builds, "DATA_VERSION", data_version)
        packages = prod.project_dir / ".chalice" / "deployments"
        packages.mkdir(parents=True, exist_ok=True)
        (packages / "killed.zip").write_bytes(b"left by a deployment that was killed")
        (prod.project_dir / ".chalice" / "config.json").write_text(config(level), encoding="utf-8")
        made = io.BytesIO()
        with zipfile.ZipFile(made, "w") as archive:
            for name in ("app.py", "chalicelib/http.py", "yaml/__init__.pyc", "chalice/__init__.py", "chalice/app.py"):
                archive.writestr(name, f"{code} {name}")
        (packages / f"{code}.zip").write_bytes(made.getvalue())
        aws.digest = base64.b64encode(hashlib.sha256(made.getvalue()).digest()).decode()
        builds.keep(prod, PROD, prod.project_dir)
        return builds.kept(prod, PROD)["builds"][0]

    return deploy


def test_a_kept_build_becomes_the_project_that_it_was(deploy: Callable[..., Build], prod: Stack, aws: FakeAws) -> None:
    first = deploy("one", "DEBUG")
    deploy("two")
    project = builds.restore(prod, PROD, builds.choose(builds.kept(prod, PROD), ""))
    files = {str(file.relative_to(project)): file.read_text("utf-8") for file in project.rglob("*.py*")}
    assert files == {
        "app.py": "one app.py",
        "chalicelib/http.py": "one chalicelib/http.py",
        # Chalice adds its own runtime again.
        "vendor/yaml/__init__.pyc": "one yaml/__init__.pyc",
    }
    assert (project / ".chalice" / "config.json").read_text("utf-8") == config("DEBUG")
    assert (project / ".chalice" / "deployed").readlink() == prod.deployed_dir
    # Chalice takes the package that it finds under the name it would give, so the same bytes are deployed.
    [packed] = (project / ".chalice" / "deployments").glob(f"*-python3.{sys.version_info.minor}.zip")
    assert packed.read_bytes() == aws.objects[first["package"]]


def test_going_back_twice_leads_two_builds_back(deploy: Callable[..., Build], prod: Stack) -> None:
    one, two, three = deploy("one"), deploy("two"), deploy("three")
    assert builds.choose(builds.kept(prod, PROD), "")["id"] == two["id"]
    builds.mark(prod, PROD, two)
    assert builds.choose(builds.kept(prod, PROD), "")["id"] == one["id"]
    # What was rolled back from can be named, and a new build leads back to what was deployed before it.
    assert builds.choose(builds.kept(prod, PROD), three["id"])["id"] == three["id"]
    deploy("four")
    assert builds.choose(builds.kept(prod, PROD), "")["id"] == two["id"]


def test_repeating_a_deployment_does_not_push_the_build_before_away(deploy: Callable[..., Build], prod: Stack) -> None:
    one = deploy("one")
    deploy("two")
    deploy("two")
    assert len(builds.kept(prod, PROD)["builds"]) == 2
    assert builds.choose(builds.kept(prod, PROD), "")["id"] == one["id"]
    deploy("two", "DEBUG")
    assert len(builds.kept(prod, PROD)["builds"]) == 3


def test_five_builds_are_kept_and_nothing_of_the_others(
    deploy: Callable[..., Build], prod: Stack, aws: FakeAws
) -> None:
    for number in range(8):
        deploy(f"code{number}")
    kept = builds.kept(prod, PROD)["builds"]
    assert [one["package"] for one in kept] == [f"deployment/builds/code{number}.zip" for number in (7, 6, 5, 4, 3)]
    assert len(aws.objects) == 1 + 2 * 5


def test_a_build_that_misreads_what_later_ones_stored_is_refused(deploy: Callable[..., Build], prod: Stack) -> None:
    old = deploy("one", data_version=1)
    new = deploy("two", data_version=2)
    with pytest.raises(InfraError, match="cannot read what later ones stored"):
        builds.choose(builds.kept(prod, PROD), old["id"])
    # Also once an older build is deployed by other means: its successor has written meanwhile.
    deploy("three", data_version=1)
    assert builds.kept(prod, PROD)["data_version"] == 2
    assert builds.choose(builds.kept(prod, PROD), "")["id"] == new["id"]


def test_a_build_is_found_by_the_beginning_of_its_commit(
    deploy: Callable[..., Build], prod: Stack, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(builds, "_commit", lambda: "abc1234")
    one = deploy("one")
    monkeypatch.setattr(builds, "_commit", lambda: "def5678+")
    deploy("two")
    assert builds.choose(builds.kept(prod, PROD), "abc")["id"] == one["id"]
    with pytest.raises(InfraError, match=r"no such build is kept.*abc1234.*make deploy"):
        builds.choose(builds.kept(prod, PROD), "fff")


def test_without_an_earlier_build_the_way_out_is_named(deploy: Callable[..., Build], prod: Stack) -> None:
    with pytest.raises(InfraError, match=r"no earlier build is kept \(kept: none\)"):
        builds.choose(builds.kept(prod, PROD), "")
    deploy("one")
    with pytest.raises(InfraError, match=r"no earlier build is kept.*check out the version"):
        builds.choose(builds.kept(prod, PROD), "")


def test_a_build_of_another_python_is_refused(deploy: Callable[..., Build], prod: Stack) -> None:
    one: Build = {**deploy("one"), "python": "3.9"}
    with pytest.raises(InfraError, match=r"made by Python 3\.9"):
        builds.restore(prod, PROD, one)


def test_a_build_whose_package_is_gone_is_refused_before_anything_changes(
    deploy: Callable[..., Build], prod: Stack, aws: FakeAws
) -> None:
    one = deploy("one")
    del aws.objects[one["package"]]
    with pytest.raises(InfraError, match=r"parts of build .* are gone"):
        builds.restore(prod, PROD, one)
    assert not (prod.project_dir / "app.py").exists()


def test_a_build_of_before_a_restoration_is_refused(deploy: Callable[..., Build], prod: Stack) -> None:
    one = deploy("one")
    switched = replace(PROD, environment={**PROD.environment, "TABLE_ORDERS": "retail-orders-prod-orders-20261129"})
    with pytest.raises(InfraError, match="used the tables from before a restoration"):
        builds.restore(prod, switched, one)
    assert not (prod.project_dir / "app.py").exists()


def test_a_package_that_is_not_the_deployed_one_is_not_kept(
    deploy: Callable[..., Build], prod: Stack, aws: FakeAws, capsys: pytest.CaptureFixture[str]
) -> None:
    deploy("one")
    before = dict(aws.objects)
    aws.digest = "another"
    builds.keep(prod, PROD, prod.project_dir)
    assert aws.objects == before
    assert "cannot be rolled back to" in capsys.readouterr().err


def test_a_dry_run_shows_the_builds_and_deploys_none(
    deploy: Callable[..., Build],
    prod: Stack,
    aws: FakeAws,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # These tests run on the next Pythons, too.
    monkeypatch.setattr("infra.commands.RUNTIME", sys.version_info[:2])
    one, two = deploy("one"), deploy("two")
    before = json.dumps({key: body.hex() for key, body in aws.objects.items()})
    assert rollback(prod, PROD, dry_run=True) == ""
    lines = capsys.readouterr().err.splitlines()
    assert (two["id"] in lines[0], lines[0].endswith("deployed")) == (True, True)
    assert (one["id"] in lines[1], lines[1].endswith("← this one")) == (True, True)
    assert json.dumps({key: body.hex() for key, body in aws.objects.items()}) == before


def test_a_dry_run_names_the_settings_that_a_rollback_changes(
    deploy: Callable[..., Build], prod: Stack, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("infra.commands.RUNTIME", sys.version_info[:2])
    deploy("one", "DEBUG")
    deploy("two")
    rollback(prod, PROD, dry_run=True)
    assert "  ~ setting LOG_LEVEL: INFO → DEBUG" in capsys.readouterr().err.splitlines()


def test_a_rollback_needs_the_python_of_the_functions(prod: Stack, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "version_info", (3, 10, 0))
    with pytest.raises(InfraError, match=r"functions run on Python 3\.11"):
        rollback(prod, PROD)
