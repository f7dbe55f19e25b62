"""A state belongs to the engine that made it, and dynoxide copies what ministack would have copied."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from infra.errors import InfraError
from infra.local import dynoxide, engines
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


def test_a_restored_table_gets_all_items_of_its_source(monkeypatch: pytest.MonkeyPatch) -> None:
    pages = [[{"pk": {"S": f"{page}-{number}"}} for number in range(count)] for page, count in enumerate((60, 0, 5))]
    written: list[Any] = []

    def control(_: dynoxide.Engine, action: str, **asked: Any) -> tuple[int, Any]:
        if action == "Scan":
            page = int(asked.get("ExclusiveStartKey", 0))
            return 200, {"Items": pages[page], **({"LastEvaluatedKey": page + 1} if page < 2 else {})}
        [(table, puts)] = asked["RequestItems"].items()
        assert (table, len(puts) <= 25) == ("restored", True)
        written.extend(put["PutRequest"]["Item"] for put in puts)
        return 200, {"UnprocessedItems": {}}

    monkeypatch.setattr(dynoxide.Engine, "_control", control)
    dynoxide.Engine(1).copy("source", "restored")
    assert written == [item for page in pages for item in page]
