"""A state belongs to the engine that made it."""

from dataclasses import replace
from pathlib import Path

import pytest

from infra.errors import InfraError
from infra.local import engines
from infra.settings import Stack, embedded_stack, local_stack


@pytest.fixture
def stack(tmp_path: Path) -> Stack:
    return embedded_stack(tmp_path / "state", 1)


def program(tmp_path: Path) -> str:
    file = tmp_path / "dynoxide"
    file.touch(0o755)
    return str(file)


def test_the_environment_names_the_program(tmp_path: Path) -> None:
    environ = {"STACK_DIR": str(tmp_path), "DYNOXIDE": "/opt/dynoxide"}
    assert local_stack(environ, 1).dynoxide == "/opt/dynoxide"


def test_a_missing_program_is_named_and_how_to_get_it(stack: Stack) -> None:
    with pytest.raises(InfraError, match=r"DYNOXIDE=/nowhere is not a program; get one with `npm install"):
        engines.require_same(replace(stack, dynoxide="/nowhere"))


def test_a_state_is_not_started_by_the_other_engine(stack: Stack, tmp_path: Path) -> None:
    other = replace(stack, dynoxide=program(tmp_path))
    engines.require_same(stack)
    engines.require_same(stack)
    with pytest.raises(InfraError, match="kept by the embedded engine: `make up` without DYNOXIDE"):
        engines.require_same(other)
    (stack.state_dir / "engine").unlink()
    engines.require_same(other)
    with pytest.raises(InfraError, match="kept by the dynoxide engine: DYNOXIDE=<program> make up"):
        engines.require_same(stack)


def test_a_state_of_a_version_without_engines_is_the_embedded_one(stack: Stack, tmp_path: Path) -> None:
    (stack.state_dir / "data").mkdir(parents=True)
    (stack.state_dir / "data" / "dynamodb.json").touch()
    with pytest.raises(InfraError, match="kept by the embedded engine"):
        engines.require_same(replace(stack, dynoxide=program(tmp_path)))
