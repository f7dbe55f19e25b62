"""A client generated from openapi.json type-checks and plays the buyer's story; `make clients` adds TypeScript."""

import os
import secrets
import subprocess
import sys
from pathlib import Path

import pytest

from tests.e2e.conftest import RunningStack
from tests.e2e.service import PASSWORD, Service, good

STORY = Path(__file__).parents[1] / "clients" / "story.py"
BIN = Path(sys.executable).parent


def run(*command: str | Path, directory: Path) -> str:
    """What the command prints; fails with that if it fails."""
    # The generator formats with ruff.
    environ = {**os.environ, "PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}", "PYTHONPATH": str(directory)}
    environ |= {"MYPYPATH": str(directory), "MYPY_CACHE_DIR": str(directory / "cache")}
    done = subprocess.run(command, cwd=directory, env=environ, capture_output=True, text=True, check=False, timeout=300)
    assert done.returncode == 0, f"{done.stdout[-5_000:]}{done.stderr[-5_000:]}"
    return done.stdout + done.stderr


@pytest.fixture(scope="module")
def client(stack: RunningStack, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project that the generator makes, with the package in it."""
    directory = tmp_path_factory.mktemp("client")
    description = Service(stack).call("GET", "/openapi.json", headers={"Accept-Language": "en"})
    (directory / "openapi.json").write_bytes(description.content)
    generator = BIN / "openapi-python-client"
    made = ("--output-path", "made")
    said = run(generator, "generate", "--path", "openapi.json", *made, directory=directory)
    # What it cannot express it leaves out with a warning.
    assert "warning" not in said.lower(), said
    return directory / "made"


def test_a_generated_client_is_complete_and_type_checks(stack: RunningStack, client: Path) -> None:
    description = Service(stack).ok("GET", "/openapi.json")
    calls = {call["operationId"] for path in description["paths"].values() for call in path.values()}
    made = {path.stem for path in client.glob("retail_orders_api_client/api/*/*.py") if path.stem != "__init__"}
    assert made == calls
    run(BIN / "mypy", "--strict", "--config-file=", STORY, "retail_orders_api_client", directory=client)


def test_a_generated_client_plays_the_buyers_story(stack: RunningStack, client: Path) -> None:
    service = Service(stack)
    shop, _ = service.shop_with(good(1), good(2, price="19,90"))
    email = f"generated-{secrets.token_hex(4)}@e2e.example"
    story = (sys.executable, STORY)
    run(*story, "register", stack.base_url, email, PASSWORD, directory=client)
    token = service.token_mailed(email, "Подтвердите")
    run(*story, "order", stack.base_url, email, PASSWORD, token, str(service.shop_id(shop)), directory=client)
