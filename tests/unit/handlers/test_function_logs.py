"""Every function logs JSON lines: Lambda imports those of queues, S3 and the clock without app.py."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from app import app

ROOT = Path(__file__).parents[3]
MODULES = sorted({source.handler_string.rpartition(".")[0] for source in app.event_sources})


def test_the_modules_are_those_of_queues_the_bucket_and_the_clock() -> None:
    assert [module.rpartition(".")[2] for module in MODULES] == ["jobs", "pricelist_events", "schedule", "search_jobs"]


@pytest.mark.parametrize("module", MODULES)
def test_a_function_logs_facts_as_json_and_masks_addresses_from_its_own_module_alone(module: str) -> None:
    script = f"import {module}; from chalicelib.logs import log; log.info('mail', extra={{'to': 'anna@chain.example'}})"
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True)
    line = json.loads(done.stderr)
    assert (line["level"], line["message"], line["to"]) == ("INFO", "mail", "***@chain.example")
