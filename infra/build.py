"""Makes build/<stage>: a complete Chalice project with a small package, a fast start and narrow permissions."""

import json
import shutil
from pathlib import Path

from chalicelib.console.templating import COMPILED, TEMPLATES, compile_templates
from infra.after_deploy.links import configured
from infra.local.localstack import functions_environment
from infra.policies import Place, narrow_policy
from infra.settings import PROJECT_ROOT, Kind, Stack
from infra.stages import ChaliceConfig, Stage, read_config
from infra.vendor import compile_tree, vendor_directory

#: Used by `chalice package` and by builds without credentials.
UNKNOWN_ACCOUNT = "000000000000"


def build(stack: Stack, stage: Stage, account: str = UNKNOWN_ACCOUNT, url: str | None = None) -> Path:
    """Make the project directory for `chalice deploy --project-dir` and return it.

    It contains app.py, chalicelib with bytecode and the console's templates compiled, vendor/, the configuration with
    the address of the queues and the ``url`` of the API (if known), and policies narrowed to stage, region and account.
    Packages that Chalice wrote there before are kept for reuse. Chalice's record of deployments is a link to
    `stack.deployed_dir`.
    """
    project = stack.project_dir
    project.mkdir(parents=True, exist_ok=True)
    shutil.copy2(stack.source_dir / "app.py", project / "app.py")
    _copy_library(stack.source_dir / "chalicelib", project / "chalicelib")
    # Empty on purpose: Chalice would install everything in it with all dependencies, but vendor/ already has them.
    (project / "requirements.txt").write_text("", encoding="utf-8")
    _link(project / "vendor", vendor_directory(stack.kind, stage.architecture))
    config = configuration(stage, stack.queues_url(account), url)
    if stack.kind is Kind.LOCALSTACK:
        config["stages"][stage.name]["environment_variables"] |= functions_environment(stack)
    _render_chalice(project / ".chalice", stage, Place(account, stack.region, stack.partition), config)
    link_record(project, stack)
    return project


def link_record(project: Path, stack: Stack) -> None:
    """Have Chalice find and write the record of deployments outside the project directory."""
    stack.deployed_dir.mkdir(parents=True, exist_ok=True)
    _link(project / ".chalice" / "deployed", stack.deployed_dir)


def configuration(stage: Stage, queues_url: str, url: str | None) -> ChaliceConfig:
    """Return Chalice's configuration, completed with tags, tables switched to, the queues' address and the API's."""
    config = configured(read_config(), stage, url)
    variables = {name: value for name, value in stage.environment.items() if name.startswith("TABLE_")}
    config["stages"][stage.name]["environment_variables"] |= {**variables, "QUEUES_URL": queues_url}
    config["stages"][stage.name]["tags"] = {**config["stages"][stage.name].get("tags", {}), **stage.tags}
    return config


def account_of(stack: Stack) -> str:
    """Return the account of the credentials. Raises botocore's error if there are none."""
    if stack.kind is Kind.EMBEDDED:
        return UNKNOWN_ACCOUNT
    return stack.client("sts").get_caller_identity()["Account"]


def drop_old_packages(project: Path) -> None:
    """Remove the packages of earlier deployments, except the newest, which Chalice may reuse."""
    packages = sorted((project / ".chalice" / "deployments").glob("*.zip"), key=lambda path: path.stat().st_mtime)
    for package in packages[:-1]:
        package.unlink()


def _copy_library(source: Path, target: Path) -> None:
    shutil.rmtree(target, ignore_errors=True)
    shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__", "*.pyc"))
    _compile_templates(target / "console", "/var/task/chalicelib/console")
    compile_tree(target, "/var/task/chalicelib")


def _compile_templates(console: Path, shown_as: str) -> None:
    """Replace the console's templates by modules of them, and those by bytecode; none can be older than its template.

    Their sources are five times as large as the templates, and no traceback shows them.
    """
    templates, compiled = console / TEMPLATES.name, console / COMPILED.name
    compile_templates(templates, compiled)
    compile_tree(compiled, f"{shown_as}/{compiled.name}", keep_sources=False)
    shutil.rmtree(templates)


def _link(link: Path, target: Path) -> None:
    if link.is_symlink() or link.is_file():
        link.unlink()
    elif link.is_dir():
        shutil.rmtree(link)
    link.symlink_to(target)


def _render_chalice(directory: Path, stage: Stage, place: Place, config: ChaliceConfig) -> None:
    """Write the configuration and the narrowed policy of each function."""
    directory.mkdir(exist_ok=True)
    (directory / "config.json").write_text(json.dumps(config, indent=2), encoding="utf-8")
    for name in stage.policy_files.values():
        policy = json.loads((PROJECT_ROOT / ".chalice" / name).read_text(encoding="utf-8"))
        narrowed = json.dumps(narrow_policy(policy, stage, place), indent=2)
        (directory / name).write_text(narrowed, encoding="utf-8")
