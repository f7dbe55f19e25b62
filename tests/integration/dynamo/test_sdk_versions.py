"""The code that reaches into botocore works with other versions of it than the one in the package.

NIGHTLY=1 installs two older versions and the newest there is, each beside the tests that need its inside, and runs them
with it. By day the same tests run with the pinned version only.
"""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from infra.settings import PROJECT_ROOT

VERSIONS = ["==1.38.46", "==1.40.4", ""]
TESTS = ["tests/unit/dynamo", "tests/unit/test_aws_clients.py", "tests/integration/dynamo/test_reading.py"]
RUN = """
import sys, botocore, pytest
assert botocore.__file__.startswith(sys.argv[1]), botocore.__file__
print("botocore", botocore.__version__)
sys.exit(pytest.main(["-q", "-p", "no:cacheprovider", *sys.argv[2:]]))
"""


@pytest.mark.skipif(not os.environ.get("NIGHTLY"), reason="installs three versions: NIGHTLY=1")
@pytest.mark.parametrize("version", VERSIONS, ids=lambda version: version or "newest")
def test_requests_answers_and_items_are_the_same_with_another_sdk(version: str, tmp_path: Path) -> None:
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--target", str(tmp_path)]
    subprocess.run([*pip, f"botocore{version}"], check=True, capture_output=True)
    done = subprocess.run(
        [sys.executable, "-c", RUN, str(tmp_path), *TESTS],
        cwd=PROJECT_ROOT,
        env={**os.environ, "PYTHONPATH": str(tmp_path), "NIGHTLY": ""},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-3000:]
    assert f"botocore {version.removeprefix('==')}" in done.stdout
