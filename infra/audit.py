"""Asks for known vulnerabilities of everything that is pinned: `make vulnerabilities`, in an environment of its own.

pip-audit ends well if its database cannot be reached for a package. Here, what was not asked about was not audited.
"""

import json
import subprocess
import sys
from pathlib import Path
from typing import NotRequired, TypedDict, cast

from infra.errors import InfraError
from infra.output import answer, say
from infra.settings import PROJECT_ROOT

_PIP_AUDIT = PROJECT_ROOT / ".venv-audit" / "bin" / "pip-audit"
_NOT_AUDITED = 2


class _Vulnerability(TypedDict):
    id: str
    fix_versions: list[str]


class Audited(TypedDict):
    """What pip-audit says of one package: its vulnerabilities, or why it was skipped."""

    name: str
    version: NotRequired[str]
    vulns: NotRequired[list[_Vulnerability]]
    skip_reason: NotRequired[str]


def audit(file: Path, command: Path = _PIP_AUDIT) -> list[Audited]:
    """Return what pip-audit says of each package in the file.

    Raises InfraError with its words if it said nothing: its database is not reachable from this machine.
    """
    # The file has the hashes of everything: nothing has to be resolved, downloaded or installed.
    options = ["--format", "json", "--progress-spinner", "off", "--disable-pip", "--no-deps"]
    done = subprocess.run(
        [str(command), *options, "--requirement", str(file)], capture_output=True, text=True, check=False
    )
    try:
        found = json.loads(done.stdout)["dependencies"]
    except (ValueError, KeyError) as exc:
        raise InfraError(f"nothing was audited: {(done.stderr.strip().splitlines() or ['no output'])[-1]}") from exc
    return cast(list[Audited], found)


def report(audited: list[Audited]) -> int:
    """Print a line per vulnerability; return 1 if there is one, 2 if packages could not be audited, else 0."""
    faults = [(one, fault) for one in audited for fault in one.get("vulns", [])]
    for one, fault in faults:
        remedy = f"mended in {', '.join(fault['fix_versions'])}" if fault["fix_versions"] else "no version mends it"
        answer(f"{one['name']} {one.get('version', '')}: {fault['id']}, {remedy}")
    skipped = sorted({one["name"] for one in audited if "skip_reason" in one})
    if skipped:
        everything = len(skipped) == len({one["name"] for one in audited})
        of = "any package: it cannot be reached from here" if everything else f"{len(skipped)} packages"
        say(f"NOT AUDITED: the database of vulnerabilities has no answer for {of}")
        if not everything:
            say(f"  {', '.join(skipped)}")
        say("From a network that reaches it, the same command audits them.")
    say(f"{len(audited) - len(skipped)} packages audited, {len(faults)} known vulnerabilities")
    return 1 if faults else _NOT_AUDITED if skipped else 0


def main() -> int:
    """Audit all lists of requirements; return the exit code."""
    try:
        found = [one for file in sorted(PROJECT_ROOT.glob("requirements*.txt")) for one in audit(file)]
        return report(list({(one["name"], one.get("version", "")): one for one in found}.values()))
    except InfraError as exc:
        say(f"error: {exc}")
        return _NOT_AUDITED


if __name__ == "__main__":
    sys.exit(main())
