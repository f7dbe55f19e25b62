"""Loads templates: from the files in ``templates`` or, once deployed, from the modules that the build compiled.

Compiling a page and the templates it includes takes 25 to 65 ms of CPU, for which the first visitors of a process would
wait (docs/decisions/0081-compiled-templates.md). This module does not import the service, so that the build can use it.
"""

from pathlib import Path

from jinja2 import BaseLoader, Environment, FileSystemLoader, ModuleLoader, StrictUndefined

_HERE = Path(__file__).parent
TEMPLATES, COMPILED = _HERE / "templates", _HERE / "compiled"


def environment(compiled: Path = COMPILED, templates: Path = TEMPLATES) -> Environment:
    """Return a jinja2 environment over the directory ``compiled`` if it exists, else over ``templates``.

    It escapes everything that a template writes, and raises for an undefined name.
    """
    loader: BaseLoader = ModuleLoader(compiled) if compiled.is_dir() else FileSystemLoader(templates)
    return Environment(loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)


def compile_templates(templates: Path, target: Path) -> None:
    """Write a module for each template below ``templates`` into the directory ``target``, which must be new.

    Raises jinja2's TemplateSyntaxError for one that does not compile.
    """
    target.mkdir()
    environment(target / "none", templates).compile_templates(target, zip=None, ignore_errors=False)
