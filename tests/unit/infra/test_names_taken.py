"""A name that is taken is found before anything is created."""

from dataclasses import replace
from typing import Any

import pytest
from botocore.exceptions import ClientError

from infra.errors import InfraError
from infra.resources import create_resources
from infra.settings import Stack, aws_stack
from infra.stages import read_stage
from infra.template import TEMPLATE

PROD = read_stage("prod")


class FakeAws:
    """An account without the stack, where HEAD of the bucket has this status and these tables exist."""

    def __init__(self, bucket: int = 404, tables: tuple[str, ...] = ()) -> None:
        self.bucket, self.tables = bucket, tables
        self.created = False

    def describe_stacks(self, StackName: str) -> Any:  # noqa: N803 (boto3's own name)
        if self.created:
            return {"Stacks": [{"StackStatus": "CREATE_COMPLETE", "EnableTerminationProtection": True}]}
        raise ClientError({"Error": {"Code": "ValidationError", "Message": f"{StackName} does not exist"}}, "x")

    def create_stack(self, **_: Any) -> None:
        self.created = True

    def get_template(self, **_: Any) -> Any:
        return {"TemplateBody": TEMPLATE.read_text(encoding="utf-8")}

    def update_stack(self, **_: Any) -> None:
        pass

    def head_bucket(self, **_: Any) -> None:
        if self.bucket != 200:
            error: Any = {"Error": {"Code": str(self.bucket)}, "ResponseMetadata": {"HTTPStatusCode": self.bucket}}
            raise ClientError(error, "HeadBucket")

    def describe_table(self, TableName: str) -> None:  # noqa: N803
        if TableName not in self.tables:
            raise ClientError({"Error": {"Code": "ResourceNotFoundException"}}, "DescribeTable")


def create(monkeypatch: pytest.MonkeyPatch, aws: FakeAws, bucket: str = "acme-files") -> None:
    monkeypatch.setattr(Stack, "client", lambda *_: aws)
    stage = replace(PROD, environment={**PROD.environment, "FILES_BUCKET": bucket})
    create_resources(aws_stack("prod", {"AWS_REGION": "eu-central-1"}), stage)


def test_free_names_are_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    aws = FakeAws()
    create(monkeypatch, aws)
    assert aws.created


@pytest.mark.parametrize(("status", "answer"), [(403, "another account"), (301, "another"), (200, "exists already")])
def test_a_bucket_that_exists_is_named_first(status: int, answer: str, monkeypatch: pytest.MonkeyPatch) -> None:
    aws = FakeAws(bucket=status)
    with pytest.raises(InfraError, match=f"bucket acme-files .*{answer}.*FILES_BUCKET"):
        create(monkeypatch, aws)
    assert not aws.created


@pytest.mark.parametrize("bucket", ["Acme", "ab", "acme.files", "acme_files", "-acme", "a" * 64])
def test_a_name_that_s3_refuses_or_certificates_do_not_cover_is_named_first(
    bucket: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    aws = FakeAws()
    with pytest.raises(InfraError, match="FILES_BUCKET"):
        create(monkeypatch, aws, bucket)
    assert not aws.created


def test_tables_without_their_stack_are_named_with_commands_that_work(monkeypatch: pytest.MonkeyPatch) -> None:
    aws = FakeAws(tables=("retail-orders-prod-jobs", "retail-orders-prod-orders"))
    with pytest.raises(InfraError) as failure:
        create(monkeypatch, aws)
    for table in aws.tables:
        assert f"aws dynamodb delete-table --table-name {table} --region eu-central-1" in str(failure.value)
    assert "accounts" not in str(failure.value)
    assert not aws.created
