"""The third-party half of the Lambda package: wheels for Lambda, pruned, compiled and cached.

It ships as bytecode only, which halves its size and saves the interpreter from checking sources.
"""

import compileall
import hashlib
import json
import os
import platform
import py_compile
import shutil
import subprocess
import sys
import tempfile
from fnmatch import fnmatch
from importlib import metadata
from pathlib import Path
from typing import NamedTuple

from infra.errors import InfraError
from infra.output import step
from infra.settings import PROJECT_ROOT, Kind

#: The runtimes up to Python 3.11 have glibc 2.26, later ones 2.34.
_GLIBC = ["manylinux2014", "manylinux_2_17"]
_GLIBC_311, _GLIBC_312 = ["manylinux_2_26"], ["manylinux_2_28", "manylinux_2_34"]
#: What wheels call the architectures of functions.
_WHEELS = {"x86_64": "x86_64", "arm64": "aarch64"}

#: Never imported by a function: tests, command line tools, sources of compiled code.
_PRUNED_DIRS = frozenset({"tests", "test", "testing", "__pycache__", "bin", "include", "share"})
_PRUNED_SUFFIXES = frozenset({".pyi", ".pyx", ".pxd", ".c", ".h", ".typed"})
#: Patterns of modules that are never imported. cffi and pycparser only build argon2's binding, which runs on
#: _cffi_backend alone; fontTools is used to read and subset TrueType fonts.
_PRUNED_PATHS = (
    "botocore/data/*/*/examples-1.json",
    "botocore/data/*/*/waiters-2.json",
    "botocore/data/dynamodb/2011-12-05",
    "cffi",
    "dateutil/zoneinfo",
    "pycparser",
    "pydantic/v1",
    "pydantic/mypy.py",
    "fontTools/afmLib.py",
    "fontTools/annotations.py",
    "fontTools/cffLib/CFFToCFF2.py",
    "fontTools/cu2qu",
    "fontTools/diff",
    "fontTools/fontBuilder.py",
    "fontTools/merge",
    "fontTools/misc/eexec.py",
    "fontTools/misc/filesystem",
    "fontTools/misc/iftSparseBitSet.py",
    "fontTools/misc/macRes.py",
    "fontTools/misc/psLib.py",
    "fontTools/misc/psOperators.py",
    "fontTools/misc/symfont.py",
    "fontTools/misc/testTools.py",
    "fontTools/misc/xmlReader.py",
    "fontTools/mtiLib",
    "fontTools/pens/*2quPen.py",
    "fontTools/pens/freetypePen.py",
    "fontTools/pens/momentsPen.py",
    "fontTools/pens/reportLabPen.py",
    "fontTools/pens/s[tv]*Pen.py",
    "fontTools/qu2cu",
    "fontTools/t1Lib",
    "fontTools/tfmLib.py",
    "fontTools/ttLib/removeOverlaps.py",
    "fontTools/ttLib/reorderGlyphs.py",
    "fontTools/ttLib/scaleUpem.py",
    # Graphite, and fonts of the web: ours have neither.
    "fontTools/ttLib/tables/G__l_*.py",
    "fontTools/ttLib/tables/S__i_l_*.py",
    "fontTools/ttLib/woff2.py",
    "fontTools/ttx.py",
    "fontTools/ufoLib",
    "fontTools/voltLib",
    "fontTools/feaLib/[bpv]*.py",
    "fontTools/feaLib/lexer.py",
    "fontTools/varLib/avar",
    "fontTools/varLib/cff.py",
    "fontTools/varLib/interpol*.py",
    "fontTools/varLib/mutator.py",
    "fontTools/varLib/plot.py",
)
#: The services that functions call: botocore describes four hundred.
SDK_SERVICES = frozenset({"dynamodb", "lambda", "s3", "ses", "sqs"})


#: What licences ask for in every copy: their text, and who made it.
_LEGAL = ("LICEN", "NOTICE", "COPYING", "AUTHORS")


class Wheel(NamedTuple):
    """A package as it was downloaded; ``sha256`` is the hash of its wheel in hex."""

    name: str
    version: str
    sha256: str


def vendor_directory(kind: Kind, architecture: str = "x86_64") -> Path:
    """Return the directory with everything in requirements.txt for functions of an architecture, created on first use.

    Its name depends on the requirements, the interpreter's version, the platform and this module, so an existing one is
    up to date. It is created atomically. Raises InfraError if a wheel cannot be installed.
    """
    platforms = wheel_platforms(kind, architecture)
    target = PROJECT_ROOT / "build" / ".vendor" / _key(platforms)
    if target.is_dir():
        return target
    target.parent.mkdir(parents=True, exist_ok=True)
    with step("third-party packages for Lambda"), tempfile.TemporaryDirectory(dir=target.parent) as scratch:
        draft, report = Path(scratch) / "vendor", Path(scratch) / "report.json"
        _install(draft, platforms, report)
        report.replace(_report_of(target))
        prune(draft)
        _add_chalice(draft)
        compile_tree(draft, "/var/task", keep_sources=False)
        _beside_the_source(draft / "chalice")
        try:
            draft.rename(target)
        except OSError:
            # Another process was quicker; its result is the same.
            if not target.is_dir():
                raise
    return target


def wheels_of(vendor: Path) -> list[Wheel]:
    """Return the wheels that a vendor directory was made of, by name."""
    installed = json.loads(_report_of(vendor).read_text(encoding="utf-8"))["install"]
    wheels = [
        Wheel(
            one["metadata"]["name"].lower().replace("_", "-"),
            one["metadata"]["version"],
            one["download_info"]["archive_info"]["hashes"]["sha256"],
        )
        for one in installed
    ]
    return sorted(wheels)


def _report_of(vendor: Path) -> Path:
    """Return pip's report of the installation, kept beside the directory: what is inside is shipped."""
    return vendor.with_suffix(".report.json")


def _chalice_sources() -> list[Path]:
    """Return the two modules that Chalice's deployer puts into every package, as sources."""
    import chalice

    directory = Path(chalice.__file__).parent
    return [directory / "__init__.py", directory / "app.py"]


def _add_chalice(draft: Path) -> None:
    (draft / "chalice").mkdir()
    for each in metadata.files("chalice") or []:
        if each.name.upper().startswith(_LEGAL):
            shutil.copy(each.locate(), draft / "chalice" / each.name)
    for source in _chalice_sources():
        shutil.copy2(source, draft / "chalice" / source.name)


def _beside_the_source(package: Path) -> None:
    """Move bytecode to where the interpreter looks for it if the source is present."""
    cache = package / "__pycache__"
    cache.mkdir()
    for module in package.glob("*.pyc"):
        module.rename(cache / f"{module.stem}.{sys.implementation.cache_tag}.pyc")


def compile_tree(directory: Path, shown_as: str, *, keep_sources: bool = True) -> None:
    """Compile all modules to bytecode that is valid without checking the source.

    Chalice sets every timestamp in the zip to 1980, so timestamp-checked bytecode would never be used.
    `shown_as` is the path in tracebacks. Without `keep_sources`, the bytecode replaces the sources.
    Raises InfraError if a module does not compile.
    """
    done = compileall.compile_dir(
        directory,
        quiet=1,
        force=True,
        legacy=not keep_sources,
        stripdir=str(directory),
        prependdir=shown_as,
        invalidation_mode=py_compile.PycInvalidationMode.UNCHECKED_HASH,
        workers=0,
    )
    if not done:
        raise InfraError(f"a module in {directory} does not compile")
    if not keep_sources:
        for source in directory.rglob("*.py"):
            source.unlink()


def prune(directory: Path) -> None:
    """Remove what no function imports, and metadata except for name, version, entry points and texts of licences."""
    # Children come before their directory, so no path is visited after its removal.
    for path in sorted(directory.rglob("*"), reverse=True):
        relative = path.relative_to(directory).as_posix()
        unused = any(fnmatch(relative, pattern) for pattern in _PRUNED_PATHS) or _is_other_service(path, directory)
        if path.is_dir():
            if unused or path.name in _PRUNED_DIRS:
                shutil.rmtree(path)
        elif unused or path.suffix in _PRUNED_SUFFIXES or _is_font_speedup(relative):
            path.unlink()
    for info in directory.glob("*.dist-info"):
        _prune_metadata(info)


def _is_other_service(path: Path, directory: Path) -> bool:
    described = path.parent == directory / "botocore" / "data" and path.is_dir()
    return described and path.name not in SDK_SERVICES


def _is_font_speedup(path: str) -> bool:
    """fontTools has its compiled modules (3 MB zipped) as Python too; they speed up curves that are never drawn."""
    return path.startswith("fontTools/") and path.endswith(".so")


def _prune_metadata(info: Path) -> None:
    for path in sorted(info.rglob("*"), reverse=True):
        if path.is_dir():
            if not any(path.iterdir()):
                path.rmdir()
        elif path.name.upper().startswith(_LEGAL):
            continue
        elif path.name == "METADATA":
            lines = path.read_text(encoding="utf-8").splitlines()
            kept = [line for line in lines if line.startswith(("Metadata-Version:", "Name:", "Version:"))]
            path.write_text("\n".join(kept[:3]) + "\n", encoding="utf-8")
        elif path.name != "entry_points.txt":
            path.unlink()


def wheel_platforms(kind: Kind, architecture: str) -> list[str]:
    """Return the wheel platforms, oldest first; none means this machine's own."""
    if kind is Kind.EMBEDDED:
        if (sys.platform, platform.machine()) != ("linux", "x86_64"):
            return []
        architecture = "x86_64"
    libraries = _GLIBC + (_GLIBC_312 if sys.version_info >= (3, 12) else _GLIBC_311)
    return [f"{library}_{_WHEELS[architecture]}" for library in libraries]


def _key(platforms: list[str]) -> str:
    parts = [
        (PROJECT_ROOT / "requirements.txt").read_bytes(),
        Path(__file__).read_bytes(),
        *(source.read_bytes() for source in _chalice_sources()),
        f"{sys.version_info.major}.{sys.version_info.minor}".encode(),
        " ".join(platforms).encode(),
    ]
    return hashlib.sha256(b"\0".join(parts)).hexdigest()[:16]


def _install(target: Path, platforms: list[str], report: Path) -> None:
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps"]
    command += ["--no-compile", "--target", str(target), "--only-binary", ":all:", "--report", str(report)]
    command.append("--require-hashes")
    if platforms:
        command += ["--implementation", "cp", "--python-version", f"{sys.version_info.major}.{sys.version_info.minor}"]
        command += [part for name in platforms for part in ("--platform", name)]
    command += ["--requirement", str(PROJECT_ROOT / "requirements.txt")]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=dict(os.environ))
    if done.returncode != 0:
        raise InfraError(f"pip could not install the package's requirements:\n{done.stderr[-3000:]}")
