"""The private names of ministack the launcher relies on, looked up in the very package it runs with."""

import json
import subprocess

import pytest

from infra.settings import PROJECT_ROOT

#: Runs under the interpreter of `.venv-stack`; answers the version and each name's parameters, null if it is gone.
DESCRIBE = """
import importlib, importlib.metadata, inspect, json, sys
from infra.local import patches

def parameters(module, path):
    value = importlib.import_module("ministack." + module)
    for part in path.split("."):
        value = getattr(value, part)
    return list(inspect.signature(value).parameters) if callable(value) else "value"

def described(module, path):
    try:
        return parameters(module, path)
    except (ImportError, AttributeError):
        return None

found = {f"{module}.{path}": described(module, path) for module, path, _ in patches.PRIVATE_NAMES}
sys.stdout.write(json.dumps([importlib.metadata.version("ministack"), found]))
"""


@pytest.fixture(scope="module")
def described() -> tuple[str, dict[str, object]]:
    python = PROJECT_ROOT / ".venv-stack" / "bin" / "python"
    done = subprocess.run([str(python), "-c", DESCRIBE], cwd=PROJECT_ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    version, found = json.loads(done.stdout)
    return version, found


def test_installed_version_is_the_pinned_one(described: tuple[str, dict[str, object]]) -> None:
    pinned = (PROJECT_ROOT / "requirements-stack.txt").read_text(encoding="utf-8")
    assert f"ministack=={described[0]}" in pinned


def test_private_names_are_there_with_the_parameters_we_use(described: tuple[str, dict[str, object]]) -> None:
    from infra.local.patches import PRIVATE_NAMES

    expected = {
        f"{module}.{path}": "value" if parameters is None else parameters for module, path, parameters in PRIVATE_NAMES
    }
    assert described[1] == expected
