"""Rules of the layout that reviews would otherwise repeat."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LIBRARY = ROOT / "chalicelib"
FILES = sorted(LIBRARY.rglob("*.py"))
HANDLERS = sorted((LIBRARY / "handlers").glob("*.py"))
BELOW = [path for path in FILES if "handlers" not in path.relative_to(LIBRARY).parts]
FUNCTION = (ast.FunctionDef, ast.AsyncFunctionDef)
# Rules without input or output: they may be tested, and moved, without AWS.
PURE = [
    *("ids.py", "money.py", "clock.py", "texts.py", "errors.py", "bodies.py", "accounts/emails.py"),
    *("accounts/passwords.py", "accounts/tokens.py", "ordering/states.py", "pricelists/rows.py"),
    *("exports/formats.py", "exports/price_lists.py", "exports/tables.py", "exports/goods.py"),
    *("pricelists/reader.py", "pricelists/numbers.py", "pricelists/plan.py"),
    *("pricelists/extras.py", "pricelists/raw.py", "pricelists/opening.py", "pricelists/written.py"),
    *("pricelists/refused.py", *(f"pricelists/formats/{kind}.py" for kind in ("yaml", "json", "csv", "yml"))),
    *("pricelists/known.py", "pricelists/planning.py", "pricelists/guard.py"),
]


def name(path: Path) -> str:
    return str(path.relative_to(ROOT))


def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text("utf-8"))


def imported(path: Path) -> Iterator[str]:
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        if isinstance(node, ast.ImportFrom):
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def packages(path: Path) -> set[str]:
    return {module.split(".")[0] for module in imported(path)}


def functions(path: Path) -> list[ast.FunctionDef | ast.AsyncFunctionDef]:
    return [node for node in ast.walk(tree(path)) if isinstance(node, FUNCTION)]


def attributes(path: Path) -> set[str]:
    return {node.attr for node in ast.walk(tree(path)) if isinstance(node, ast.Attribute)}


def test_app_only_wires() -> None:
    app = ROOT / "app.py"
    assert len(app.read_text("utf-8").splitlines()) < 80
    assert functions(app) == []


@pytest.mark.parametrize("path", HANDLERS, ids=name)
def test_handlers_leave_data_to_use_cases(path: Path) -> None:
    assert packages(path).isdisjoint({"pynamodb", "boto3", "botocore"})


@pytest.mark.parametrize("path", HANDLERS, ids=name)
def test_handlers_are_short(path: Path) -> None:
    long = {one.name for one in functions(path) if one.end_lineno - one.lineno >= 15}  # type: ignore[operator]
    assert long == set()


@pytest.mark.parametrize("path", BELOW, ids=name)
def test_nothing_below_knows_handlers(path: Path) -> None:
    assert [module for module in imported(path) if module.startswith("chalicelib.handlers")] == []


@pytest.mark.parametrize("path", [path for path in BELOW if path.name != "http.py"], ids=name)
def test_nothing_below_knows_chalice(path: Path) -> None:
    assert "chalice" not in packages(path)
    assert "chalicelib.http" not in {module.rpartition(".")[0] for module in imported(path)}


@pytest.mark.parametrize("path", [LIBRARY / one for one in PURE], ids=name)
def test_rules_know_nothing_of_aws(path: Path) -> None:
    modules = set(imported(path))
    assert packages(path).isdisjoint({"pynamodb", "boto3", "botocore"})
    assert not {m for m in modules if m.startswith(("chalicelib.models", "chalicelib.aws"))}


@pytest.mark.parametrize("path", FILES, ids=name)
def test_nothing_scans_a_table(path: Path) -> None:
    assert "scan" not in attributes(path)


@pytest.mark.parametrize("path", [path for path in FILES if path.name != "settings.py"], ids=name)
def test_only_settings_read_the_environment(path: Path) -> None:
    assert attributes(path).isdisjoint({"environ", "getenv"})


# The one list of every refusal: parting it would only make a code harder to find.
LONG_LISTS = {"chalicelib/errors.py"}


@pytest.mark.parametrize("path", [path for path in FILES if name(path) not in LONG_LISTS], ids=name)
def test_files_stay_small(path: Path) -> None:
    assert len(path.read_text("utf-8").splitlines()) <= 300


@pytest.mark.parametrize("path", FILES, ids=name)
def test_functions_stay_small(path: Path) -> None:
    long = {one.name for one in functions(path) if one.end_lineno - one.lineno >= 50}  # type: ignore[operator]
    assert long == set()
