"""The cold start of every function against the smallest Chalice app that has a DynamoDB client (budget: 1.3).

A function starts, makes its client and imports what its handler leads to; CPU time of the whole process is measured,
which other processes disturb less than time on the clock. What renders documents may cost its libraries more.
"""

import json
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from chalice.deploy.packager import DependencyBuilder, LambdaDeploymentPackager
from chalice.utils import UI, OSUtils

from infra.build import build
from infra.settings import LOCAL_CREDENTIALS, PROJECT_ROOT, embedded_stack
from infra.stages import read_stage

BUDGET = 1.3
ROUNDS = 9
FLOOR = """from chalice import Chalice
import boto3

app = Chalice(app_name="floor")
dynamodb = boto3.client("dynamodb")
"""
CLIENT = "import app; from chalicelib.dynamo.connection import connection; connection().client"
# What each function's first event imports: the names that its handler passes to Lazy.
LEADS_TO = {
    "api_handler": (),
    "pricelist_dropped": ("pricelists.arrival.s3_events:file_arrived",),
    "run_import": ("pricelists.job:run_import",),
    "apply_chunk": ("pricelists.chunk_job:apply_chunk",),
    "run_export": ("exports.job:run_export",),
    "send_mail": ("notifications.sending:send",),
    "mail_feedback": ("notifications.feedback:take",),
    "build_index": ("catalogue.search.index_job:bring_up", "catalogue.search.embedded.target:EmbeddedTarget"),
    "search": ("catalogue.search.serving:answer",),
    "sweep": ("sweeping:sweep", "catalogue.search.embedded.generations:build_record"),
}
LIBRARIES = "import fpdf, xlsxwriter"
# What the first page of a process imports and loads, a buyer's orders, and what the call that lists them does.
OF_PAGES = "import jinja2, pydantic"
PAGE = (
    "Lazy('console.serving:serve').load(); Lazy('console.screens.orders:orders').load(); "
    "from chalicelib.console.templating import environment; environment().get_template('orders/list.html')"
)
CALL = "Lazy('handlers.orders:orders').load(); import chalicelib.requests.lists"
PAGE_BUDGET = 1.5


def _starts(names: tuple[str, ...]) -> str:
    return "; ".join([CLIENT, "from chalicelib.lazy import Lazy", *(f"Lazy({name!r}).load()" for name in names)])


def _cpu(directory: Path, code: str) -> float:
    """CPU seconds of a process that runs the code as Lambda's interpreter would; files are read, none is written."""
    python = PROJECT_ROOT / ".venv-lambda" / "bin" / "python"
    environment = {**read_stage("local").environment, **LOCAL_CREDENTIALS, "AWS_DEFAULT_REGION": "us-east-1"}
    process = subprocess.Popen([python, "-W", "ignore", "-B", "-c", code], cwd=directory, env=environment)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode == 0, code
    return usage.ru_utime + usage.ru_stime


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """What is deployed, unpacked, and the same beside the smallest app."""
    home = tmp_path_factory.mktemp("cold")
    project = build(embedded_stack(home / "stack", 1), read_stage("local"))
    packager = LambdaDeploymentPackager(OSUtils(), DependencyBuilder(OSUtils()), UI())
    made = packager.create_deployment_package(str(project), f"python{sys.version_info.major}.{sys.version_info.minor}")
    ours, floor = home / "ours", home / "floor"
    for directory in (ours, floor):
        with zipfile.ZipFile(made) as archive:
            archive.extractall(directory)
    (floor / "app.py").write_text(FLOOR, encoding="utf-8")
    # The smallest app has the SDK of the runtime, as it always had here; ours brings its own.
    for name in ("botocore", "dateutil", "jmespath", "urllib3"):
        shutil.rmtree(floor / name)
    (floor / "six.pyc").unlink()
    print(f"\npackage {Path(made).stat().st_size} bytes")
    return ours, floor


def _table(package: tuple[Path, Path], cases: dict[str, str], floor: str) -> dict[str, float]:
    """Ratios to the floor: interleaved, and the least of each, since what disturbs the machine disturbs all."""
    ours, empty = package
    rounds = [(_cpu(empty, floor), *(_cpu(ours, code) for code in cases.values())) for _ in range(ROUNDS)]
    least, *best = (min(column) for column in zip(*rounds, strict=True))
    print(f"{'floor':30} {least * 1000:5.0f} ms of CPU")
    ratios = {name: took / least for name, took in zip(cases, best, strict=True)}
    for (name, ratio), took in zip(ratios.items(), best, strict=True):
        print(f"{name:30} {took * 1000:5.0f} ms of CPU, ratio {ratio:.2f}")
    return ratios


def test_every_function_is_measured() -> None:
    config = json.loads((PROJECT_ROOT / ".chalice" / "config.json").read_text("utf-8"))
    assert set(LEADS_TO) == set(config["lambda_functions"])


def test_every_function_starts_within_its_budget(package: tuple[Path, Path]) -> None:
    ratios = _table(package, {name: _starts(leads) for name, leads in LEADS_TO.items()}, "import app")
    assert {name: round(ratio, 2) for name, ratio in ratios.items() if ratio > BUDGET} == {}


def test_rendering_documents_costs_little_more_than_its_libraries(package: tuple[Path, Path]) -> None:
    code = f"{_starts(LEADS_TO['send_mail'])}; import chalicelib.documents.kept; {LIBRARIES}"
    ratios = _table(package, {"send_mail with documents": code}, f"import app; {LIBRARIES}")
    assert ratios["send_mail with documents"] <= BUDGET


def test_the_first_page_of_a_process_costs_little_more_than_its_libraries(package: tuple[Path, Path]) -> None:
    cases = {"api_handler, first page": f"{_starts(())}; {PAGE}", "api_handler, first call": f"{_starts(())}; {CALL}"}
    ratios = _table(package, cases, f"import app; {OF_PAGES}")
    assert ratios["api_handler, first page"] <= PAGE_BUDGET
