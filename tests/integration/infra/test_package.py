"""The Lambda package, zipped by Chalice itself: small, complete, and without what the runtime brings."""

import json
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from chalice.deploy.packager import DependencyBuilder, LambdaDeploymentPackager
from chalice.utils import UI, OSUtils

from chalicelib.console.templating import COMPILED, TEMPLATES
from infra.build import build
from infra.sbom import licences, write_sbom
from infra.settings import LOCAL_CREDENTIALS, PROJECT_ROOT, Kind, embedded_stack
from infra.stages import read_stage
from infra.vendor import SDK_SERVICES, vendor_directory

LIMIT = 19_000_000
FORBIDDEN = {"boto3", "s3transfer", "PIL", "pip", "setuptools", "pytest", "infra", "tests"}

#: Imports every module of ours from the unpacked package, with nothing beside it but Lambda's own packages.
IMPORT_ALL = """
import importlib, pkgutil, sys, warnings
root = sys.argv[1]
sys.path.insert(0, root)
warnings.simplefilter("ignore")
import app, chalicelib
names = [module.name for module in pkgutil.walk_packages(chalicelib.__path__, "chalicelib.")]
modules = [importlib.import_module(name) for name in names]
assert all(module.__file__.startswith(root) for module in modules)
sys.stdout.write(str(len(modules)))
"""

#: The SDK's version, where it comes from, and the services that it can make a client of.
USE_SDK = """
import sys
sys.path.insert(0, sys.argv[1])
import botocore, botocore.session, dateutil, jmespath, six, urllib3
session = botocore.session.get_session()
modules = [module.__file__ for module in (botocore, dateutil, jmespath, six, urllib3)]
services = session.get_available_services()
for service in services:
    session.create_client(service)
print(botocore.__version__, *modules, *services, sep=chr(10))
"""

#: What only a call imports: the letters of a TrueType font on a page, a hash, a template, the fast YAML parser.
USE_LAZY_PARTS = """
import sys, warnings
sys.path.insert(0, sys.argv[1])
warnings.simplefilter("ignore")
import argon2, fpdf, jinja2, yaml
argon2.PasswordHasher(time_cost=1, memory_cost=1024).hash("x")
assert jinja2.Template("{{ a }}").render(a="б") == "б"
assert yaml.load("a: 1", yaml.CSafeLoader) == {"a": 1}
pdf = fpdf.FPDF()
pdf.add_page()
for font in sys.argv[2:]:
    pdf.add_font("font", fname=font)
    pdf.set_font("font", size=12)
    pdf.cell(text="Накладная")
assert bytes(pdf.output()).startswith(b"%PDF-")
assert "PIL" not in sys.modules
"""

#: Loads each of the console's templates, and says from what.
LOAD_TEMPLATES = """
import sys, warnings
sys.path.insert(0, sys.argv[1])
warnings.simplefilter("ignore")
from chalicelib.console.templating import environment
made = environment()
for name in sys.argv[2:]:
    made.get_template(name)
sys.stdout.write(type(made.loader).__name__)
"""


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    stack = embedded_stack(tmp_path_factory.mktemp("package"), 1)
    project = build(stack, read_stage("local"))
    packager = LambdaDeploymentPackager(OSUtils(), DependencyBuilder(OSUtils()), UI())
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    return Path(packager.create_deployment_package(str(project), version))


@pytest.fixture(scope="module")
def unpacked(package: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("task")
    with zipfile.ZipFile(package) as archive:
        archive.extractall(target)
    return target


def run_as_lambda(code: str, *arguments: str) -> str:
    """Run the code with an interpreter that has what Lambda has and no more; raises with its error output."""
    environment = {**read_stage("local").environment, **LOCAL_CREDENTIALS, "AWS_REGION": "us-east-1"}
    done = subprocess.run(
        [str(PROJECT_ROOT / ".venv-lambda" / "bin" / "python"), "-I", "-c", code, *arguments],
        env={**environment, "AWS_DEFAULT_REGION": "us-east-1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_package_stays_small(package: Path) -> None:
    assert package.stat().st_size <= LIMIT


def test_package_has_nothing_the_runtime_brings(unpacked: Path) -> None:
    top = {path.name.removesuffix(".pyc").removesuffix(".py") for path in unpacked.iterdir()}
    assert not top & FORBIDDEN
    assert {"app", "chalicelib", "chalice", "pynamodb", "pydantic", "yaml"} <= top


def test_the_package_brings_its_own_sdk_with_the_services_it_calls(unpacked: Path) -> None:
    # AWS changes the runtime's SDK under a running function; ours is the version that the tests ran with.
    pins = (PROJECT_ROOT / "requirements" / "package.in").read_text("utf-8").split()
    lines = run_as_lambda(USE_SDK, str(unpacked)).splitlines()
    assert f"botocore=={lines[0]}" in pins
    assert all(line.startswith(str(unpacked)) for line in lines[1:6]), lines
    assert set(lines[6:]) == SDK_SERVICES


def test_every_module_of_ours_can_be_imported(unpacked: Path) -> None:
    assert int(run_as_lambda(IMPORT_ALL, str(unpacked))) > 10


def test_parts_imported_late_are_there(unpacked: Path) -> None:
    fonts = [str(path) for path in (unpacked / "chalicelib").rglob("*.ttf")]
    assert fonts
    run_as_lambda(USE_LAZY_PARTS, str(unpacked), *fonts)


def test_pages_are_rendered_by_templates_that_the_build_compiled(unpacked: Path) -> None:
    names = [str(path.relative_to(TEMPLATES)) for path in TEMPLATES.rglob("*.html")]
    assert run_as_lambda(LOAD_TEMPLATES, str(unpacked), *names) == "ModuleLoader"
    assert len(list((unpacked / "chalicelib" / "console" / COMPILED.name).iterdir())) == len(names)
    assert not (unpacked / "chalicelib" / "console" / TEMPLATES.name).exists()


def test_our_modules_have_bytecode_that_is_not_checked_against_time(unpacked: Path) -> None:
    compiled = list((unpacked / "chalicelib").rglob("*.pyc"))
    sources = list((unpacked / "chalicelib").rglob("*.py"))
    templates = [path for path in compiled if path.parent.name == COMPILED.name]
    assert len(compiled) - len(templates) == len(sources)
    assert {int.from_bytes(path.read_bytes()[4:8], "little") for path in compiled} == {0b01}


def test_the_bill_of_materials_lists_what_is_in_the_package(unpacked: Path, tmp_path: Path) -> None:
    (tmp_path / "vendor").symlink_to(vendor_directory(Kind.EMBEDDED))
    write_sbom(tmp_path)
    bom = json.loads((tmp_path / "sbom.json").read_text("utf-8"))
    listed = {one["name"]: one for one in bom["components"]}
    inside = {path.stem.rsplit("-", 1)[0].replace("_", "-").lower() for path in unpacked.glob("*.dist-info")}
    # Chalice's two files have no metadata in the package.
    assert listed.keys() == inside | {"chalice"}
    hashes = {name: one["hashes"][0]["content"] for name, one in listed.items() if name != "chalice"}
    pins = (PROJECT_ROOT / "requirements.txt").read_text("utf-8")
    assert all(value in pins for value in hashes.values())
    assert all(one["licenses"][0]["expression"] == licences()[name] for name, one in listed.items())


def test_every_package_has_the_text_of_its_licence(unpacked: Path) -> None:
    # fpdf2's and others' are in a directory of their own; of Chalice there are two modules and no metadata.
    for place in (*unpacked.glob("*.dist-info"), unpacked / "chalice"):
        texts = [path for path in place.rglob("*") if path.name.upper().startswith("LICEN") and path.is_file()]
        assert any(path.stat().st_size > 500 for path in texts), place.name


def test_package_names_no_path_of_this_machine(unpacked: Path) -> None:
    path = str(PROJECT_ROOT).encode()
    # The two files that Chalice adds are its own.
    assert not [file for file in unpacked.rglob("*.pyc") if path in file.read_bytes()]
