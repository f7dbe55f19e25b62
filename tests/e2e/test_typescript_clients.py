"""TypeScript clients generated from openapi.json type-check and play the buyer's story; linters find no error in it.

`make clients` and `make nightly` run this. It needs node, npm, java and mvn; the packages are those of
tests/clients/package-lock.json, the generator is the one named below.
"""

import gzip
import os
import secrets
import shutil
import subprocess
from pathlib import Path

import pytest

from chalicelib import documentation
from tests.e2e.conftest import RunningStack
from tests.e2e.service import PASSWORD, Service, good

FILES = Path(__file__).parents[1] / "clients"
GENERATOR = "7.25.0"
TOOLS = ("node", "npm", "java", "mvn")
MISSING = [tool for tool in TOOLS if shutil.which(tool) is None]

pytestmark = [
    pytest.mark.skipif(os.environ.get("NIGHTLY") != "1", reason="run by `make clients` and `make nightly`"),
    pytest.mark.skipif(bool(MISSING), reason=f"TypeScript clients need {', '.join(MISSING)}: install them and repeat"),
]


def run(*command: str | Path, directory: Path) -> str:
    """What the command prints; fails with that if it fails."""
    done = subprocess.run(command, cwd=directory, capture_output=True, text=True, check=False, timeout=900)
    assert done.returncode == 0, f"{command}\n{done.stdout[-5_000:]}{done.stderr[-5_000:]}"
    return done.stdout + done.stderr


@pytest.fixture(scope="module")
def project(stack: RunningStack, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A directory with the packages, the stories, openapi.json and what the two generators make of it."""
    directory = tmp_path_factory.mktemp("clients") / "project"
    shutil.copytree(FILES, directory)
    description = Service(stack).call("GET", "/openapi.json", headers={"Accept-Language": "en"})
    (directory / "openapi.json").write_bytes(description.content)
    run("npm", "ci", "--ignore-scripts", "--no-fund", "--no-audit", directory=directory)
    artifact = f"-Dartifact=org.openapitools:openapi-generator-cli:{GENERATOR}"
    run("mvn", "-q", "-B", "dependency:copy", artifact, "-DoutputDirectory=.", directory=directory)
    jar = f"openapi-generator-cli-{GENERATOR}.jar"
    generate = ("generate", "-i", "openapi.json", "-g", "typescript-fetch", "-o", "fetch")
    said = run("java", "-jar", jar, *generate, directory=directory)
    # It always warns that OpenAPI 3.1 is new to it.
    assert [line for line in said.splitlines() if "WARN" in line and "3.1 support" not in line] == []
    run("npx", "openapi-typescript", "openapi.json", "-o", "schema.ts", directory=directory)
    run("npx", "tsc", "-p", "tsconfig.json", directory=directory)
    return directory


@pytest.mark.parametrize("story", ["fetch_story", "typed_story"])
def test_a_typescript_client_plays_the_buyers_story(stack: RunningStack, project: Path, story: str) -> None:
    service = Service(stack)
    shop, _ = service.shop_with(good(1), good(2, price="19,90"))
    email = f"{story[:5]}-{secrets.token_hex(4)}@e2e.example"
    played = ("node", f"made/{story}.js")
    run(*played, "register", stack.base_url, email, PASSWORD, directory=project)
    token = service.token_mailed(email, "Подтвердите")
    run(*played, "order", stack.base_url, email, PASSWORD, token, str(service.shop_id(shop)), directory=project)


def test_linters_find_no_error(project: Path) -> None:
    run("npx", "spectral", "lint", "openapi.json", "--ruleset", "spectral.yaml", directory=project)
    run("npx", "redocly", "lint", "openapi.json", "--config", "redocly.yaml", directory=project)


def test_the_viewer_that_is_served_is_the_package_named(project: Path) -> None:
    served = Path(documentation.__file__).parent / "viewer"
    for name in ("swagger-ui-bundle.js", "swagger-ui.css"):
        package = project / "node_modules" / "swagger-ui-dist" / name
        assert gzip.decompress((served / f"{name}.gz").read_bytes()) == package.read_bytes()
