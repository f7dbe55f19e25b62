"""Where templates come from: the files of ``templates``, or, in what is deployed, the modules the build made of them.

Compiling a page with what it is made of takes 25 to 65 ms of CPU, which the first visitors of a process would wait for
(docs/decisions/0081-compiled-templates.md). This module knows nothing of the service, so that the build can use it.
"""

from pathlib import Path

from jinja2 import BaseLoader, Environment, FileSystemLoader, ModuleLoader, StrictUndefined

_HERE = Path(__file__).parent
TEMPLATES, COMPILED = _HERE / "templates", _HERE / "compiled"


def environment(compiled: Path = COMPILED, templates: Path = TEMPLATES) -> Environment:
    """Return what renders templates: of ``compiled``, if there is such a directory, else of ``templates``.

    Whatever a template writes is escaped; a name that it does not have is a fault, never a blank.
    """
    loader: BaseLoader = ModuleLoader(compiled) if compiled.is_dir() else FileSystemLoader(templates)
    return Environment(loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)


def compile_templates(templates: Path, target: Path) -> None:
    """Write a module for each template below ``templates`` into the directory ``target``, which must be new.

    Raises jinja2's TemplateSyntaxError for one that does not compile.
    """
    target.mkdir()
    environment(target / "none", templates).compile_templates(target, zip=None, ignore_errors=False)
