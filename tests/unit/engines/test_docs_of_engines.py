"""docs/engines.md says what LocalStack lacks, as the end-to-end tests are left out there."""

import re

from infra.settings import PROJECT_ROOT, Kind
from tests.e2e.conftest import LACKING


def test_the_page_lists_what_is_lacking() -> None:
    _, _, lacking = (PROJECT_ROOT / "docs" / "engines.md").read_text("utf-8").partition("community edition lacks:")
    rows = re.findall(r"^\| ([^|]+) \|", lacking.partition("\n## ")[0], flags=re.MULTILINE)
    assert set(rows) - {"feature", "---"} == LACKING[Kind.LOCALSTACK]
