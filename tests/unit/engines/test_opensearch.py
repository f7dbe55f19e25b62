"""`make test-opensearch` says what it lacks, and fetches nothing twice."""

import pytest

from tests.engines import opensearch
from tests.engines.packages import ToolsMissing


def test_missing_java_or_maven_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opensearch.shutil, "which", lambda tool: None if tool == "mvn" else f"/bin/{tool}")
    with pytest.raises(ToolsMissing, match=r"OpenSearch is not tested: it needs Maven$"):
        opensearch.install()
    monkeypatch.setattr(opensearch.shutil, "which", lambda _: None)
    monkeypatch.setattr("sys.argv", ["opensearch", "check"])
    assert opensearch.main() == 2


def test_a_node_that_is_there_is_not_fetched_again(monkeypatch: pytest.MonkeyPatch, tmp_path: opensearch.Path) -> None:
    monkeypatch.setattr(opensearch.shutil, "which", lambda tool: f"/bin/{tool}")
    monkeypatch.setattr(opensearch.subprocess, "run", lambda *_, **__: pytest.fail("fetched"))
    (tmp_path / opensearch._LIST.name).write_bytes(opensearch._LIST.read_bytes())
    assert opensearch.install(tmp_path) == tmp_path
