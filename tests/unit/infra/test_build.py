"""What the build writes beside the code."""

import json
from pathlib import Path

from infra.build import _render_chalice
from infra.policies import Place
from infra.stages import read_config, read_stage


def test_functions_are_told_where_their_queues_are(tmp_path: Path) -> None:
    known = {"QUEUES_URL": "https://sqs.eu-central-1.amazonaws.com/123456789012"}
    _render_chalice(tmp_path, read_stage("prod"), Place("123456789012", "eu-central-1"), known)
    built, source = json.loads((tmp_path / "config.json").read_text("utf-8")), read_config()
    variables = built["stages"]["prod"].pop("environment_variables")
    assert variables == source["stages"]["prod"].pop("environment_variables") | known
    assert built == source
