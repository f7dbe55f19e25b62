"""Compiled templates are the templates, and nobody uses others than those that the build made."""

from pathlib import Path

import pytest
from jinja2 import FileSystemLoader, ModuleLoader, TemplateNotFound, TemplateSyntaxError

from chalicelib.console.templating import COMPILED, TEMPLATES, compile_templates, environment


def test_this_project_has_no_compiled_templates() -> None:
    # What the build made is in its own directory; here a change of a template has to be seen.
    assert not COMPILED.exists()
    assert isinstance(environment().loader, FileSystemLoader)


def test_each_template_is_compiled_with_the_settings_of_pages(tmp_path: Path) -> None:
    compile_templates(TEMPLATES, tmp_path / "compiled")
    made = environment(tmp_path / "compiled")
    assert isinstance(made.loader, ModuleLoader)
    names = [str(path.relative_to(TEMPLATES)) for path in TEMPLATES.rglob("*.html")]
    assert len(names) == len(list((tmp_path / "compiled").glob("tmpl_*.py")))
    for name in names:
        assert made.get_template(name).blocks.keys() == environment().get_template(name).blocks.keys()


def test_a_compiled_template_escapes_and_is_not_looked_up_elsewhere(tmp_path: Path) -> None:
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates" / "one.html").write_text("{% if True %}\n<p>{{ name }}</p>\n{% endif %}\n", "utf-8")
    compile_templates(tmp_path / "templates", tmp_path / "compiled")
    (tmp_path / "templates" / "two.html").write_text("two", "utf-8")
    made = environment(tmp_path / "compiled", tmp_path / "templates")
    assert made.get_template("one.html").render(name="<b>") == "<p>&lt;b&gt;</p>\n"
    with pytest.raises(TemplateNotFound):
        made.get_template("two.html")


def test_a_template_that_does_not_compile_stops_the_build(tmp_path: Path) -> None:
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates" / "broken.html").write_text("{% if %}", "utf-8")
    with pytest.raises(TemplateSyntaxError):
        compile_templates(tmp_path / "templates", tmp_path / "compiled")
