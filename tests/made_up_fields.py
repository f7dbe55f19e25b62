"""A pytest plugin: the table of fields with made-up ones, each one more line of ``Good`` and nothing else.

It must come before anything of the service is imported, so ``-p tests.made_up_fields`` in a process of its own.
"""

import sys
from importlib.util import module_from_spec, spec_from_loader
from pathlib import Path

LINES = """
    brand: Annotated[str, Field(kind="text", limit=60, yml="brand", published="card", ordered=True)] = ""
    care: Annotated[str, Field(kind="lines", limit=600, published="card")] = ""
    pack_size: Annotated[int | None, Field(kind="amount", limit=1_000, yml="pack-size", published="card")] = None
    cost: Annotated[int | None, Field(kind="price", limit=1_000_000, published="card")] = None
    shelf: Annotated[int, Field(kind="stock", limit=99, digest="sh", published="card")] = 7
    papers: Annotated[tuple[str, ...], Field(kind="urls", limit=3, element_limit=200, published="card")] = ()
"""
_PATH = Path(__file__).parents[1] / "chalicelib/goods.py"
_BEHIND = "\n\n\ndef _declared("


def _install() -> None:
    loaded = [name for name in sys.modules if name.startswith("chalicelib.")]
    assert not loaded, loaded
    source = _PATH.read_text("utf-8")
    assert source.count(_BEHIND) == 1
    spec = spec_from_loader("chalicelib.goods", None, origin=str(_PATH))
    assert spec is not None
    module = sys.modules["chalicelib.goods"] = module_from_spec(spec)
    changed = source.replace(_BEHIND, LINES.rstrip() + _BEHIND)
    exec(compile(changed, _PATH, "exec"), vars(module))  # noqa: S102


def pytest_load_initial_conftests() -> None:
    """Put the table in place before any conftest imports the service."""
    _install()
