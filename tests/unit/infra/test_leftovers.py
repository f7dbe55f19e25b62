"""What a killed stack left unpacked is out of the way at once, and gone soon after the next start."""

from pathlib import Path

from infra.local.leftovers import delete_in_background, set_aside


def test_what_was_left_is_set_aside_whole_and_deleted_later(tmp_path: Path) -> None:
    kept = tmp_path / "data" / "dynamodb.json"
    kept.parent.mkdir()
    kept.write_text("{}", encoding="utf-8")
    for run in ("first", "second"):
        function = tmp_path / "tmp" / f"function-{run}"
        function.mkdir(parents=True)
        (function / "app.py").write_text("", encoding="utf-8")
        set_aside(tmp_path / "tmp")
        assert not (tmp_path / "tmp").exists()
    assert sorted(path.parent.name for path in tmp_path.rglob("app.py")) == ["function-first", "function-second"]
    (tmp_path / "tmp").mkdir()  # of the run that begins
    delete_in_background(tmp_path).join(timeout=10)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["data", "tmp"]
    assert kept.exists()


def test_a_first_start_has_nothing_to_set_aside(tmp_path: Path) -> None:
    set_aside(tmp_path / "tmp")
    delete_in_background(tmp_path).join(timeout=10)
    assert list(tmp_path.iterdir()) == []
