"""The cold start of the api function against the smallest Chalice app that has a DynamoDB client (budget: 1.3)."""

import subprocess
import sys
import time
import zipfile
from pathlib import Path

from chalice.deploy.packager import DependencyBuilder, LambdaDeploymentPackager
from chalice.utils import UI, OSUtils

from infra.build import build
from infra.settings import LOCAL_CREDENTIALS, PROJECT_ROOT, embedded_stack
from infra.stages import read_stage

BUDGET = 1.3
ROUNDS = 15
FLOOR = """from chalice import Chalice
import boto3

app = Chalice(app_name="floor")
dynamodb = boto3.client("dynamodb")
"""
OURS = "import app; from chalicelib.dynamo.connection import connection; connection().client"


def _start(directory: Path, code: str) -> float:
    """Seconds of a whole process that runs the code as Lambda's interpreter would; files are read, none is written."""
    python = PROJECT_ROOT / ".venv-lambda" / "bin" / "python"
    environment = {**read_stage("local").environment, **LOCAL_CREDENTIALS, "AWS_DEFAULT_REGION": "us-east-1"}
    started = time.perf_counter()
    subprocess.run([python, "-B", "-c", code], cwd=directory, env=environment, check=True)
    return time.perf_counter() - started


def test_the_api_function_starts_within_its_budget(tmp_path: Path) -> None:
    project = build(embedded_stack(tmp_path / "stack", 1), read_stage("local"))
    packager = LambdaDeploymentPackager(OSUtils(), DependencyBuilder(OSUtils()), UI())
    package = packager.create_deployment_package(
        str(project), f"python{sys.version_info.major}.{sys.version_info.minor}"
    )
    ours, floor = tmp_path / "ours", tmp_path / "floor"
    for directory in (ours, floor):
        with zipfile.ZipFile(package) as archive:
            archive.extractall(directory)
    (floor / "app.py").write_text(FLOOR, encoding="utf-8")
    # Interleaved, and the quickest of each: what disturbs the machine disturbs both.
    pairs = [(_start(floor, "import app"), _start(ours, OURS)) for _ in range(ROUNDS)]
    least, best = (min(column) for column in zip(*pairs, strict=True))
    print(
        f"\ncold start: floor {least * 1000:.0f} ms, ours {best * 1000:.0f} ms, package {Path(package).stat().st_size}"
    )
    print(f"ratio {best / least:.2f}")
    assert best / least <= BUDGET
