"""Nothing is fixed to the partition that most regions belong to."""

import json
import re
from pathlib import Path

import pytest

from infra.access import shop_access
from infra.errors import InfraError
from infra.partitions import partition_of
from infra.policies import Place, narrow_policy
from infra.record import known_url
from infra.settings import PROJECT_ROOT, aws_stack
from infra.stages import read_stage

PLACES = {
    "eu-central-1": ("aws", "amazonaws.com"),
    "mx-central-9": ("aws", "amazonaws.com"),
    "us-gov-west-1": ("aws-us-gov", "amazonaws.com"),
    "cn-north-1": ("aws-cn", "amazonaws.com.cn"),
    "eusc-de-east-1": ("aws-eusc", "amazonaws.eu"),
}
SOURCES = [
    *(PROJECT_ROOT / "chalicelib").rglob("*.py"),
    *(file for file in (PROJECT_ROOT / "infra").rglob("*") if file.suffix in (".py", ".yaml")),
]
#: An ARN, or a host after the name of a region. Principals of services have their ending everywhere.
FIXED = re.compile(r"arn:aws:|[})]\.amazonaws\.")


@pytest.mark.parametrize("region", PLACES)
def test_a_region_knows_its_partition(region: str) -> None:
    assert partition_of(region) == PLACES[region]


def test_a_region_that_cannot_be_is_reported() -> None:
    with pytest.raises(InfraError, match="no region frankfurt: set AWS_REGION"):
        partition_of("frankfurt")


@pytest.mark.parametrize("region", PLACES)
def test_policies_and_addresses_follow_the_partition(region: str, tmp_path: Path) -> None:
    partition, suffix = PLACES[region]
    stage, stack = read_stage("staging"), aws_stack("staging", {"AWS_REGION": region})
    for name in stage.policy_files.values():
        policy = json.loads((PROJECT_ROOT / ".chalice" / name).read_text("utf-8"))
        narrowed = narrow_policy(policy, stage, Place("1", region, partition))
        arns = {arn for one in narrowed["Statement"] for arn in one["Resource"]} - {"*"}
        assert {arn.split(":")[1] for arn in arns} == {partition}
    assert f'"arn:{partition}:s3:::files/incoming/7/*"' in shop_access("files", 7, partition=stack.partition)
    assert stack.queues_url("1") == f"https://sqs.{region}.{suffix}/1"


def test_the_url_of_the_api_follows_the_partition(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("infra.record.rest_api", lambda _: "abc")
    stack = aws_stack("prod", {"AWS_REGION": "cn-north-1"})
    assert known_url(stack) == "https://abc.execute-api.cn-north-1.amazonaws.com.cn/api/v1"


def test_no_source_names_a_partition() -> None:
    local = PROJECT_ROOT / "infra" / "local"
    found = {
        f"{file.relative_to(PROJECT_ROOT)}:{number}"
        for file in SOURCES
        if not file.is_relative_to(local)
        for number, line in enumerate(file.read_text("utf-8").splitlines(), 1)
        if FIXED.search(line.split("https://docs.")[0])
    }
    assert found <= {"infra/policies.py:3"}
