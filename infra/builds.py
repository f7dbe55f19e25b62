"""The latest builds of a stage, kept in its bucket beside the record, so that one of them can be deployed again.

A build is what `chalice deploy` was given: the package with its dependencies, settings and policies. Resources of
CloudFormation are not part of it.
"""

import base64
import getpass
import hashlib
import io
import json
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import TypedDict

from botocore.exceptions import ClientError
from chalice.deploy.packager import DependencyBuilder, LambdaDeploymentPackager
from chalice.utils import UI, OSUtils

from infra.build import link_record
from infra.errors import InfraError
from infra.output import say
from infra.settings import PROJECT_ROOT, Kind, Stack
from infra.stages import Stage, table_variable
from infra.tables import TABLES

KEY = "deployment/builds.json"
#: Raise it together with a change of stored items or messages that the build before would misread: rolling back behind
#: it is refused. The tests of upgrades show that a build reads what the one before stored; only this says the reverse.
#: 2: the rows of orders are packed (docs/decisions/0079-packed-rows.md).
#: 3: the indexes that it queries are gone (docs/decisions/0091-fewer-indexes.md).
DATA_VERSION = 3
_PREFIX = "deployment/builds/"
_KEPT, _KEPT_LOCALLY = 5, 2
#: Chalice puts its own runtime into every package.
_OF_CHALICE = frozenset({"chalice/__init__.py", "chalice/app.py"})


class Build(TypedDict):
    """One build that was deployed. ``package`` is the key of its zip; ``deployed_at`` the last time, in UTC."""

    id: str
    commit: str
    python: str
    data_version: int
    deployed_at: str
    deployed_by: str
    package: str


class Kept(TypedDict):
    """What is kept: the build that is deployed first, then the others, the latest first.

    ``data_version`` is the highest that ever wrote to the stage's tables.
    """

    data_version: int
    builds: list[Build]


def kept(stack: Stack, stage: Stage) -> Kept:
    """Return the builds that are kept; none without a bucket or before the first deployment."""
    try:
        body = stack.client("s3").get_object(Bucket=stage.bucket, Key=KEY)["Body"].read()
    except ClientError as exc:
        if exc.response["Error"]["Code"] in ("NoSuchKey", "NoSuchBucket"):
            return {"data_version": 0, "builds": []}
        raise
    found: Kept = json.loads(body)
    return found


def keep(stack: Stack, stage: Stage, project: Path) -> None:
    """Keep the build that has just been deployed from ``project`` and drop the oldest ones."""
    package = _deployed_package(stack, stage, project)
    if package is None:
        say("  the package that is deployed was not found, so this build cannot be rolled back to")
        return
    now, commit = _now(), _commit()
    build: Build = {
        "id": f"{now:%Y%m%d-%H%M%S}-{commit or 'unknown'}",
        "commit": commit,
        "python": _python(),
        "data_version": DATA_VERSION,
        "deployed_at": now.isoformat(timespec="seconds"),
        "deployed_by": getpass.getuser(),
        "package": f"{_PREFIX}{package.name}",
    }
    s3, known, settings = stack.client("s3"), kept(stack, stage), _settings(project)
    others = known["builds"]
    if others[:1] and others[0]["package"] == build["package"] and _stored(stack, stage, others[0]) == settings:
        # Nothing but the deployment is new, and the build before shall stay the one that rolling back leads to.
        others = others[1:]
    if build["package"] not in {one["package"] for one in known["builds"]}:
        s3.put_object(Bucket=stage.bucket, Key=build["package"], Body=package.read_bytes())
    s3.put_object(Bucket=stage.bucket, Key=_settings_key(build), Body=json.dumps(settings).encode())
    version = max(DATA_VERSION, known["data_version"])
    _store(stack, stage, {"data_version": version, "builds": [build, *others]})


def mark(stack: Stack, stage: Stage, build: Build) -> None:
    """Note that this kept build has just been deployed again."""
    known = kept(stack, stage)
    again: Build = {**build, "deployed_at": _now().isoformat(timespec="seconds"), "deployed_by": getpass.getuser()}
    others = [one for one in known["builds"] if one["id"] != build["id"]]
    _store(stack, stage, {**known, "builds": [again, *others]})


def choose(known: Kept, ref: str) -> Build:
    """Return the build that ``ref`` names by its id or the beginning of its commit; without one the build before.

    Raises InfraError if there is none, or if it misreads what later builds stored.
    """
    current, earlier = known["builds"][:1], known["builds"][1:]
    found = [one for one in known["builds"] if ref == one["id"] or (ref and one["commit"].startswith(ref))]
    if not ref:
        # The one deployed before: a build that was rolled back from is deployed later than it, but is not earlier.
        found = [one for one in earlier if one["id"] < current[0]["id"]]
    if not found:
        names = ", ".join(one["id"] for one in known["builds"]) or "none"
        raise InfraError(
            f"no {'such' if ref else 'earlier'} build is kept (kept: {names}); "
            "check out the version and run `make deploy` there"
        )
    [chosen] = found[:1]
    if chosen["data_version"] < known["data_version"]:
        raise InfraError(
            f"build {chosen['id']} cannot read what later ones stored (data version {chosen['data_version']}, "
            f"stored {known['data_version']}); mend the fault and deploy"
        )
    return chosen


def restore(stack: Stack, stage: Stage, build: Build) -> Path:
    """Make the project directory what it was when this build was deployed; return it.

    Raises InfraError if parts of the build are gone, it was built for another Python, or it used other tables than the
    stage does since a restoration.
    """
    if build["python"] != _python() and stack.kind is Kind.AWS:
        raise InfraError(f"build {build['id']} was made by Python {build['python']}, this is {_python()}")
    s3 = stack.client("s3")
    try:
        settings = _stored(stack, stage, build)
        package = s3.get_object(Bucket=stage.bucket, Key=build["package"])["Body"].read()
    except s3.exceptions.NoSuchKey as exc:
        raise InfraError(f"parts of build {build['id']} are gone from {stage.bucket}") from exc
    _require_tables(build, settings, stage)
    project = stack.project_dir
    project.mkdir(parents=True, exist_ok=True)
    _unpack(package, project)
    (project / "requirements.txt").write_text("", encoding="utf-8")
    for name, text in settings.items():
        (project / ".chalice").mkdir(exist_ok=True)
        (project / ".chalice" / name).write_text(text, encoding="utf-8")
    link_record(project, stack)
    packed = _package_of(project)
    packed.parent.mkdir(exist_ok=True)
    packed.write_bytes(package)
    return project


def variables(stack: Stack, stage: Stage, build: Build) -> dict[str, str]:
    """Return the settings of the functions in a kept build by their names; none if they are gone from the bucket."""
    try:
        settings = _stored(stack, stage, build)
    except ClientError as exc:
        if exc.response["Error"]["Code"] == "NoSuchKey":
            return {}
        raise
    found: dict[str, str] = json.loads(settings["config.json"])["stages"][stage.name]["environment_variables"]
    return found


def changed_settings(before: Mapping[str, str], after: Mapping[str, str]) -> Iterator[str]:
    """Yield a line for each setting that has another value, appears or goes."""
    for name in sorted(before.keys() | after.keys()):
        then, now = (values.get(name, "unset") or "empty" for values in (before, after))
        if then != now:
            yield f"  ~ setting {name}: {then} → {now}"


def describe(known: Kept, chosen: Build | None = None) -> Iterable[str]:
    """Yield the kept builds as lines, the deployed one first."""
    for number, one in enumerate(known["builds"]):
        note = "  deployed" if number == 0 else ""
        note = "  ← this one" if chosen is not None and one["id"] == chosen["id"] else note
        yield f"  {one['id']}  Python {one['python']}, data {one['data_version']}, {one['deployed_at']}{note}"


def _store(stack: Stack, stage: Stage, known: Kept) -> None:
    """Store the list, then drop what it no longer names: a kill in between leaves files, never a list without them."""
    s3 = stack.client("s3")
    limit = _KEPT if stack.kind is Kind.AWS else _KEPT_LOCALLY
    left: Kept = {**known, "builds": known["builds"][:limit]}
    s3.put_object(
        Bucket=stage.bucket, Key=KEY, Body=json.dumps(left, indent=2).encode(), ContentType="application/json"
    )
    needed = {key for one in left["builds"] for key in (one["package"], _settings_key(one))}
    for found in s3.list_objects_v2(Bucket=stage.bucket, Prefix=_PREFIX).get("Contents", []):
        if found["Key"] not in needed:
            s3.delete_object(Bucket=stage.bucket, Key=found["Key"])


def _require_tables(build: Build, settings: dict[str, str], stage: Stage) -> None:
    """Raise InfraError if the build's settings and policies name other tables than those in use."""
    variables = json.loads(settings["config.json"])["stages"][stage.name]["environment_variables"]
    then, now = (
        {name: value for name in TABLES if (value := known.get(table_variable(name)))}
        for known in (variables, stage.environment)
    )
    if then != now:
        raise InfraError(
            f"build {build['id']} used the tables from before a restoration ({then or 'those of the stack'}; "
            f"now {now or 'those of the stack'}); check out its version and run `make deploy` there"
        )


def _settings_key(build: Build) -> str:
    return f"{_PREFIX}{build['id']}.json"


def _stored(stack: Stack, stage: Stage, build: Build) -> dict[str, str]:
    """Return configuration and policies of a kept build by the names of their files."""
    body = stack.client("s3").get_object(Bucket=stage.bucket, Key=_settings_key(build))["Body"].read()
    settings: dict[str, str] = json.loads(body)
    return settings


def _settings(project: Path) -> dict[str, str]:
    """Return configuration and policies by the names of their files."""
    return {file.name: file.read_text(encoding="utf-8") for file in sorted((project / ".chalice").glob("*.json"))}


def _deployed_package(stack: Stack, stage: Stage, project: Path) -> Path | None:
    """Return the package whose digest Lambda reports: a killed deployment may have left others."""
    name = stage.lambda_name("api_handler")
    wanted = stack.client("lambda").get_function_configuration(FunctionName=name)["CodeSha256"]
    for file in (project / ".chalice" / "deployments").glob("*.zip"):
        if base64.b64encode(hashlib.sha256(file.read_bytes()).digest()).decode() == wanted:
            return file
    return None


def _unpack(package: bytes, project: Path) -> None:
    """Put our code of the package where a build has it, and everything else below vendor/."""
    vendor = project / "vendor"
    if vendor.is_symlink():
        vendor.unlink()
    for directory in (vendor, project / "chalicelib"):
        shutil.rmtree(directory, ignore_errors=True)
    with zipfile.ZipFile(io.BytesIO(package)) as archive:
        for name in archive.namelist():
            if name not in _OF_CHALICE:
                ours = name == "app.py" or name.startswith("chalicelib/")
                archive.extract(name, project if ours else vendor)


def _package_of(project: Path) -> Path:
    """Return where Chalice looks for a package of this project before it makes one: the kept one, byte for byte."""
    utils = OSUtils()
    packager = LambdaDeploymentPackager(utils, DependencyBuilder(utils), UI())
    return Path(packager.deployment_package_filename(str(project), f"python{_python()}"))


def _commit() -> str:
    """Return the abbreviated commit of the working tree, with "+" if it has changes; "" outside of git."""
    git = ["git", "-C", str(PROJECT_ROOT), "describe", "--always", "--dirty=+", "--exclude=*"]
    try:
        done = subprocess.run(git, capture_output=True, text=True, check=False)
    except FileNotFoundError:
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""


def _now() -> datetime:
    return datetime.now(UTC)


def _python() -> str:
    return f"{sys.version_info.major}.{sys.version_info.minor}"
