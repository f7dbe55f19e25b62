"""What the docs say of the layout is so: the layers are those of the import contract, and every file named exists."""

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
HOW_TO = ROOT / "docs/how-to"
ARCHITECTURE = ROOT / "docs/architecture.md"
PAGES = [ARCHITECTURE, *sorted(HOW_TO.glob("*.md"))]
# What a text in backticks begins with if it is a path in the repository.
TOPS = (".chalice/", "chalicelib/", "docs/", "examples", "infra/", "tests/")
SUFFIXES = (".py", ".md", ".json", ".yaml", ".toml", ".gz")


def contract() -> list[set[str]]:
    """The layers of the import contract from the highest down."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    contracts = settings["tool"]["importlinter"]["contracts"]
    (layers,) = [one["layers"] for one in contracts if one["type"] == "layers" and one["containers"] == ["chalicelib"]]
    return [set(layer.split(" | ")) for layer in layers]


def section(page: Path, title: str) -> str:
    _, found, rest = page.read_text("utf-8").partition(f"\n## {title}\n")
    assert found, (page, title)
    return rest.partition("\n## ")[0]


def in_backticks(text: str) -> list[str]:
    return re.findall(r"`([^`\n]+)`", text)


def paths() -> Iterator[tuple[str, str, str]]:
    """Page, path and, after ``::``, the test of every path in backticks outside code blocks."""
    for page in PAGES:
        text = re.sub(r"^ *```.*?^ *```", "", page.read_text("utf-8"), flags=re.DOTALL | re.MULTILINE)
        for word in in_backticks(text):
            path, _, test = word.partition("::")
            if path.startswith(TOPS) or ("/" in path and path.endswith(SUFFIXES)):
                yield page.name, path, test


def test_architecture_has_the_layers_of_the_contract() -> None:
    lines = re.findall(r"^\d+\. ((?:`\w+`(?:, )?)+): ", section(ARCHITECTURE, "Layers"), re.MULTILINE)
    assert [set(in_backticks(line)) for line in lines] == contract()


def test_contributing_has_the_layers_of_the_contract() -> None:
    text = section(ROOT / "CONTRIBUTING.md", "How the code is laid out")
    (arrows,) = [paragraph for paragraph in text.split("\n\n") if "→" in paragraph]
    assert [set(in_backticks(layer)) for layer in arrows.split("→")] == contract()


def test_the_readme_names_every_package() -> None:
    table = section(ROOT / "README.md", "Where things are")
    packages = {path.parent.name for path in (ROOT / "chalicelib").glob("*/__init__.py")}
    assert packages - set(re.findall(r"\w+", table)) == set()


def test_the_list_of_how_to_pages_is_complete() -> None:
    listed = re.findall(r"\]\(([\w-]+\.md)\)", (HOW_TO / "README.md").read_text("utf-8"))
    assert sorted(listed) == sorted(page.name for page in HOW_TO.glob("add-*.md"))


def test_every_path_exists_and_every_test_has_its_name() -> None:
    found = list(paths())
    assert len(found) > 100
    missing = [(page, path) for page, path, _ in found if not (ROOT / path).exists()]
    assert missing == []
    tests = [(path, test) for _, path, test in found if test]
    unknown = [test for path, test in tests if f"def {test}(" not in (ROOT / path).read_text("utf-8")]
    assert unknown == []


def test_pages_stay_short() -> None:
    lengths = {page.name: len(page.read_text("utf-8").splitlines()) for page in PAGES}
    assert {name: lines for name, lines in lengths.items() if lines > (150 if name == ARCHITECTURE.name else 60)} == {}
