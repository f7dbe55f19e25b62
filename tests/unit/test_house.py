"""Rules of the code that neither the import contracts nor ruff can say. Each test lists every offender."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
LIBRARY = ROOT / "chalicelib"
FILES = sorted(LIBRARY.rglob("*.py"))
FUNCTION = (ast.FunctionDef, ast.AsyncFunctionDef)
OPEN_DICT = re.compile(r"\b(?:[Dd]ict|(?:Mutable)?Mapping)\[str, Any\]")
# Signatures that have no better type, each with the reason. Elsewhere: a TypedDict, a dataclass, or an alias of
# chalicelib/json_types.py or chalicelib/dynamo/wire.py.
OPEN_DICTS = {
    "chalicelib/catalogue/search/opensearch/client.py:<module>": "Answer: its keys depend on the call of OpenSearch",
    "chalicelib/dynamo/item.py:_instantiate": "overrides a method of PynamoDB, which declares it so",
    "chalicelib/goods.py:<module>": "FieldValues: named and typed by the table of fields alone",
}
# What the keys of stored items begin with: SHOP#7.
KEY = re.compile(r"[A-Z_]{3,}#")
CUTS = {"removeprefix", "removesuffix", "split", "rsplit", "partition", "rpartition"}


def name(path: Path) -> str:
    return str(path.relative_to(ROOT))


def functions(path: Path) -> Iterator[tuple[str, int]]:
    """The functions of a file and the lines that each has after its first."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, FUNCTION):
            assert node.end_lineno is not None
            yield f"{name(path)}:{node.name}", node.end_lineno - node.lineno


def test_app_only_wires() -> None:
    app = ROOT / "app.py"
    assert len(app.read_text("utf-8").splitlines()) < 80
    assert list(functions(app)) == []


def test_handlers_are_short() -> None:
    handlers = sorted((LIBRARY / "handlers").rglob("*.py"))
    assert [found for path in handlers for found, lines in functions(path) if lines >= 15] == []


def test_functions_stay_small() -> None:
    assert [found for path in FILES for found, lines in functions(path) if lines >= 50] == []


def test_files_stay_small() -> None:
    everywhere = [path for folder in ("chalicelib", "infra", "tests") for path in (ROOT / folder).rglob("*.py")]
    assert [name(path) for path in sorted(everywhere) if len(path.read_text("utf-8").splitlines()) > 300] == []


def test_nothing_scans_a_table() -> None:
    scans = [
        name(path)
        for path in FILES
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Attribute) and node.attr == "scan"
    ]
    assert scans == []


def test_only_models_build_and_parse_keys() -> None:
    outside = [path for path in FILES if path.parent not in {LIBRARY / "models", LIBRARY / "dynamo"}]
    offenders = [
        f"{name(path)}:{node.lineno}"
        for path in outside
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if _builds_key(node) or _parses_key(node)
    ]
    assert offenders == []


def _builds_key(node: ast.AST) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str) and KEY.match(node.value) is not None


def _parses_key(node: ast.AST) -> bool:
    if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute) or node.func.attr not in CUTS:
        return False
    return isinstance(node.func.value, ast.Attribute) and node.func.value.attr in {"pk", "sk"}


def test_signatures_say_what_their_dicts_hold() -> None:
    everywhere = [ROOT / "app.py", *FILES, *sorted((ROOT / "infra").rglob("*.py"))]
    found = {place for path in everywhere for place in _open_dicts(path)}
    assert sorted(found - OPEN_DICTS.keys()) == []
    assert sorted(OPEN_DICTS.keys() - found) == [], "no longer needed"


def _open_dicts(path: Path) -> Iterator[str]:
    """Functions with an open dict in their signature, and classes and modules with one in a field or alias."""
    tree = ast.parse(path.read_text("utf-8"))
    for node in ast.walk(tree):
        if isinstance(node, FUNCTION):
            arguments = [ast.unparse(node.args), ast.unparse(node.returns) if node.returns else ""]
            declared = [(node.name, text) for text in arguments]
        elif isinstance(node, ast.Module | ast.ClassDef):
            owner = node.name if isinstance(node, ast.ClassDef) else "<module>"
            plain = [one for one in node.body if isinstance(one, ast.Assign | ast.AnnAssign | ast.Expr)]
            declared = [(owner, ast.unparse(one)) for one in plain if not _is_docstring(one)]
        else:
            continue
        yield from (f"{name(path)}:{owner}" for owner, text in declared if OPEN_DICT.search(text))


def _is_docstring(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)


def test_types_of_boto3_are_for_the_type_checker_only() -> None:
    offenders = [
        f"{name(path)}:{node.lineno}"
        for path in FILES
        for node in _loaded(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Import | ast.ImportFrom) and "mypy_boto3" in ast.unparse(node)
    ]
    assert offenders == []


def _loaded(node: ast.AST) -> Iterator[ast.AST]:
    """Everything below the node except what stands under ``if TYPE_CHECKING``."""
    for child in ast.iter_child_nodes(node):
        if not (isinstance(child, ast.If) and ast.unparse(child.test) == "TYPE_CHECKING"):
            yield child
            yield from _loaded(child)
