"""The third-party half of the Lambda package: wheels for Lambda, pruned, compiled and cached.

It ships as bytecode only, which halves its size and saves the interpreter from checking sources.
"""

import compileall
import hashlib
import os
import platform
import py_compile
import shutil
import subprocess
import sys
import tempfile
from fnmatch import fnmatch
from pathlib import Path

from infra.errors import InfraError
from infra.output import step
from infra.settings import PROJECT_ROOT, Kind

#: Oldest first. The runtimes up to Python 3.11 have glibc 2.26, later ones 2.34.
_PLATFORMS = ["manylinux2014_x86_64", "manylinux_2_17_x86_64"]
_PLATFORMS_312 = ["manylinux_2_28_x86_64", "manylinux_2_34_x86_64"]

#: Never imported by a function: tests, command line tools, sources of compiled code.
_PRUNED_DIRS = frozenset({"tests", "test", "testing", "__pycache__", "bin", "include", "share"})
_PRUNED_SUFFIXES = frozenset({".pyi", ".pyx", ".pxd", ".c", ".h", ".typed"})
#: Patterns of modules that are never imported. cffi and pycparser only build argon2's binding, which runs on
#: _cffi_backend alone; fontTools is used to read and subset TrueType fonts.
_PRUNED_PATHS = (
    "cffi",
    "pycparser",
    "pydantic/v1",
    "pydantic/mypy.py",
    "fontTools/afmLib.py",
    "fontTools/cu2qu",
    "fontTools/diff",
    "fontTools/fontBuilder.py",
    "fontTools/merge",
    "fontTools/mtiLib",
    "fontTools/qu2cu",
    "fontTools/t1Lib",
    "fontTools/tfmLib.py",
    "fontTools/ttx.py",
    "fontTools/ufoLib",
    "fontTools/voltLib",
    "fontTools/feaLib/[bpv]*.py",
    "fontTools/feaLib/lexer.py",
    "fontTools/varLib/interpol*.py",
    "fontTools/varLib/mutator.py",
    "fontTools/varLib/plot.py",
)


def vendor_directory(kind: Kind) -> Path:
    """Return the directory with everything in requirements.txt, created on first use.

    Its name depends on the requirements, the interpreter's version, the platform and this module, so an existing one is
    up to date. It is created atomically. Raises InfraError if a wheel cannot be installed.
    """
    platforms = _platforms(kind)
    target = PROJECT_ROOT / "build" / ".vendor" / _key(platforms)
    if target.is_dir():
        return target
    target.parent.mkdir(parents=True, exist_ok=True)
    with step("third-party packages for Lambda"), tempfile.TemporaryDirectory(dir=target.parent) as scratch:
        draft = Path(scratch) / "vendor"
        _install(draft, platforms)
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


def _chalice_sources() -> list[Path]:
    """Return the two modules that Chalice's deployer puts into every package, as sources."""
    import chalice

    directory = Path(chalice.__file__).parent
    return [directory / "__init__.py", directory / "app.py"]


def _add_chalice(draft: Path) -> None:
    (draft / "chalice").mkdir()
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
    """Remove what no function imports, and package metadata except for name, version and entry points."""
    # Children come before their directory, so no path is visited after its removal.
    for path in sorted(directory.rglob("*"), reverse=True):
        relative = path.relative_to(directory).as_posix()
        unused = any(fnmatch(relative, pattern) for pattern in _PRUNED_PATHS)
        if path.is_dir():
            if unused or path.name in _PRUNED_DIRS:
                shutil.rmtree(path)
        elif unused or path.suffix in _PRUNED_SUFFIXES or _is_font_speedup(relative):
            path.unlink()
    for info in directory.glob("*.dist-info"):
        _prune_metadata(info)


def _is_font_speedup(path: str) -> bool:
    """fontTools has its compiled modules (3 MB zipped) as Python too; they speed up curves that are never drawn."""
    return path.startswith("fontTools/") and path.endswith(".so")


def _prune_metadata(info: Path) -> None:
    for path in list(info.iterdir()):
        if path.is_dir():
            shutil.rmtree(path)
        elif path.name == "METADATA":
            lines = path.read_text(encoding="utf-8").splitlines()
            kept = [line for line in lines if line.startswith(("Metadata-Version:", "Name:", "Version:"))]
            path.write_text("\n".join(kept[:3]) + "\n", encoding="utf-8")
        elif path.name != "entry_points.txt":
            path.unlink()


def _platforms(kind: Kind) -> list[str]:
    """Return the wheel platforms; empty means this machine's own (embedded stack, not on Linux x86-64)."""
    if kind is Kind.EMBEDDED and (sys.platform, platform.machine()) != ("linux", "x86_64"):
        return []
    return _PLATFORMS + (_PLATFORMS_312 if sys.version_info >= (3, 12) else ["manylinux_2_26_x86_64"])


def _key(platforms: list[str]) -> str:
    parts = [
        (PROJECT_ROOT / "requirements.txt").read_bytes(),
        Path(__file__).read_bytes(),
        *(source.read_bytes() for source in _chalice_sources()),
        f"{sys.version_info.major}.{sys.version_info.minor}".encode(),
        " ".join(platforms).encode(),
    ]
    return hashlib.sha256(b"\0".join(parts)).hexdigest()[:16]


def _install(target: Path, platforms: list[str]) -> None:
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps"]
    command += ["--no-compile", "--target", str(target), "--only-binary", ":all:"]
    if platforms:
        command += ["--implementation", "cp", "--python-version", f"{sys.version_info.major}.{sys.version_info.minor}"]
        command += [part for name in platforms for part in ("--platform", name)]
    command += ["--requirement", str(PROJECT_ROOT / "requirements.txt")]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=dict(os.environ))
    if done.returncode != 0:
        raise InfraError(f"pip could not install the package's requirements:\n{done.stderr[-3000:]}")
