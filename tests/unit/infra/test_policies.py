"""The IAM policies: one per function, nothing on everything, and exact once they are built."""

import json
from dataclasses import replace
from fnmatch import fnmatch
from typing import Any

import pytest

from infra import lock, record
from infra.errors import InfraError
from infra.policies import XRAY_STATEMENT, Place, narrow_arn, narrow_policy
from infra.settings import PROJECT_ROOT
from infra.stages import Stage, read_config, read_stage

FUNCTIONS = list(read_config()["lambda_functions"])
PLACE = Place(account="123456789012", region="eu-central-1")
AWS = "eu-central-1:123456789012"


def policy_of(function: str) -> dict[str, Any]:
    path = PROJECT_ROOT / ".chalice" / f"policy-{function}.json"
    policy: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return policy


@pytest.fixture
def prod() -> Stage:
    stage = read_stage("prod")
    return Stage(
        name="prod",
        environment={**stage.environment, "FILES_BUCKET": "acme-files", "MAIL_FROM": "orders@acme.test"},
        timeouts=stage.timeouts,
        policy_files=stage.policy_files,
        xray=True,
    )


@pytest.mark.parametrize("function", FUNCTIONS)
def test_every_function_has_a_policy_of_its_own(function: str) -> None:
    assert read_stage("local").policy_files[function] == f"policy-{function}.json"
    assert policy_of(function)["Version"] == "2012-10-17"


def test_there_is_no_policy_without_a_function() -> None:
    files = {path.name for path in (PROJECT_ROOT / ".chalice").glob("policy-*.json")}
    assert files == {f"policy-{function}.json" for function in FUNCTIONS}


@pytest.mark.parametrize("function", FUNCTIONS)
def test_no_statement_is_about_everything(function: str) -> None:
    for statement in policy_of(function)["Statement"]:
        assert statement["Effect"] == "Allow"
        assert all("*" not in action for action in statement["Action"])
        for arn in statement["Resource"]:
            *_, resource = arn.split(":", 5)
            assert not resource.startswith("*")
            assert "retail-orders" in resource


@pytest.mark.parametrize("function", FUNCTIONS)
def test_no_function_reaches_the_lock_and_the_record_of_the_deployment(function: str) -> None:
    arns = [arn for statement in policy_of(function)["Statement"] for arn in statement["Resource"]]
    keys = [arn.partition("/")[2] for arn in arns if ":s3:" in arn and "/" in arn]
    assert all(key.endswith("/*") and not fnmatch(name, key) for key in keys for name in (lock.KEY, record.KEY))


@pytest.mark.parametrize("function", FUNCTIONS)
def test_every_function_writes_its_own_log(function: str) -> None:
    suffix = "" if function == "api_handler" else f"-{function}"
    [logs] = [item for item in policy_of(function)["Statement"] if item["Sid"] == "Logs"]
    assert logs["Resource"] == [f"arn:aws:logs:*:*:log-group:/aws/lambda/retail-orders-*{suffix}:*"]


@pytest.mark.parametrize("function", FUNCTIONS)
def test_a_function_may_read_what_it_writes(function: str) -> None:
    """A conditional write whose answer was lost is looked up: without the permission the repetition fails instead."""
    allowed = {
        (action, arn)
        for statement in policy_of(function)["Statement"]
        for action in statement["Action"]
        for arn in statement["Resource"]
        if ":dynamodb:" in arn and "/index/" not in arn
    }
    written = {arn for action, arn in allowed if action in ("dynamodb:PutItem", "dynamodb:UpdateItem")}
    assert written <= {arn for action, arn in allowed if action == "dynamodb:GetItem"}


@pytest.mark.parametrize(
    ("pattern", "exact"),
    [
        (
            "arn:aws:dynamodb:*:*:table/retail-orders-*-orders",
            f"arn:aws:dynamodb:{AWS}:table/retail-orders-prod-orders",
        ),
        (
            "arn:aws:dynamodb:*:*:table/retail-orders-*-jobs/index/*",
            f"arn:aws:dynamodb:{AWS}:table/retail-orders-prod-jobs/index/*",
        ),
        ("arn:aws:s3:::retail-orders-*-files/incoming/*", "arn:aws:s3:::acme-files/incoming/*"),
        ("arn:aws:s3:::retail-orders-*-files", "arn:aws:s3:::acme-files"),
        ("arn:aws:sqs:*:*:retail-orders-*-imports", f"arn:aws:sqs:{AWS}:retail-orders-prod-imports"),
        ("arn:aws:sqs:*:*:retail-orders-*-exports", f"arn:aws:sqs:{AWS}:retail-orders-prod-exports"),
        ("arn:aws:sqs:*:*:retail-orders-*-mail", f"arn:aws:sqs:{AWS}:retail-orders-prod-mail"),
        ("arn:aws:sqs:*:*:retail-orders-*-feedback", f"arn:aws:sqs:{AWS}:retail-orders-prod-feedback"),
        ("arn:aws:sqs:*:*:retail-orders-*-search", f"arn:aws:sqs:{AWS}:retail-orders-prod-search"),
        (
            "arn:aws:lambda:*:*:function:retail-orders-*-search",
            f"arn:aws:lambda:{AWS}:function:retail-orders-prod-search",
        ),
        ("arn:aws:es:*:*:domain/retail-orders-*/*", f"arn:aws:es:{AWS}:domain/retail-orders-prod/*"),
        ("arn:aws:sqs:*:*:retail-orders-*-dropped-dlq", f"arn:aws:sqs:{AWS}:retail-orders-prod-dropped-dlq"),
        ("arn:aws:ses:*:*:identity/orders@retail-orders.example", f"arn:aws:ses:{AWS}:identity/orders@acme.test"),
        ("arn:aws:ses:*:*:identity/retail-orders.example", f"arn:aws:ses:{AWS}:identity/acme.test"),
        (
            "arn:aws:ses:*:*:configuration-set/retail-orders-*",
            f"arn:aws:ses:{AWS}:configuration-set/retail-orders-prod",
        ),
        (
            "arn:aws:logs:*:*:log-group:/aws/lambda/retail-orders-*:*",
            f"arn:aws:logs:{AWS}:log-group:/aws/lambda/retail-orders-prod:*",
        ),
        (
            "arn:aws:logs:*:*:log-group:/aws/lambda/retail-orders-*-sweep:*",
            f"arn:aws:logs:{AWS}:log-group:/aws/lambda/retail-orders-prod-sweep:*",
        ),
    ],
)
def test_narrowed_resource_is_exact(pattern: str, exact: str, prod: Stage) -> None:
    assert narrow_arn(pattern, prod, PLACE) == exact


@pytest.mark.parametrize(
    "mail_from", ["orders@acme.test", "Orders <orders@acme.test>", '"Заказы, Acme" <orders@acme.test>']
)
def test_a_name_in_the_sender_changes_no_identity(mail_from: str, prod: Stage) -> None:
    named = replace(prod, environment={**prod.environment, "MAIL_FROM": mail_from})
    [mail] = [
        item for item in narrow_policy(policy_of("send_mail"), named, PLACE)["Statement"] if item["Sid"] == "SendMail"
    ]
    assert mail["Resource"] == [
        f"arn:aws:ses:{AWS}:identity/orders@acme.test",
        f"arn:aws:ses:{AWS}:identity/acme.test",
        f"arn:aws:ses:{AWS}:configuration-set/retail-orders-prod",
    ]


def test_the_permission_names_the_set_that_the_stage_sends_with(prod: Stage) -> None:
    renamed = replace(prod, environment={**prod.environment, "MAIL_CONFIGURATION_SET": "acme-mails"})
    pattern = "arn:aws:ses:*:*:configuration-set/retail-orders-*"
    assert narrow_arn(pattern, renamed, PLACE) == f"arn:aws:ses:{AWS}:configuration-set/acme-mails"


def test_only_a_stage_for_trials_may_use_identities_of_recipients_and_only_as_its_sender(prod: Stage) -> None:
    # In SES's sandbox the recipient's verified identity is authorized, too.
    staging = replace(prod, name="staging")
    sandbox = {stage.name: _statements(stage, "MailInSandbox") for stage in (read_stage("local"), staging, prod)}
    assert sandbox["local"] == sandbox["prod"] == []
    [statement] = sandbox["staging"]
    assert statement["Resource"] == [f"arn:aws:ses:{AWS}:identity/*"]
    assert statement["Condition"] == {"StringEquals": {"ses:FromAddress": "orders@acme.test"}}


def _statements(stage: Stage, sid: str) -> list[Any]:
    narrowed = [narrow_policy(policy_of(function), stage, PLACE) for function in FUNCTIONS]
    return [item for policy in narrowed for item in policy["Statement"] if item["Sid"] == sid]


def test_unknown_service_is_refused(prod: Stage) -> None:
    with pytest.raises(InfraError, match="kms"):
        narrow_arn("arn:aws:kms:*:*:key/retail-orders", prod, PLACE)


@pytest.mark.parametrize("function", FUNCTIONS)
def test_only_the_end_of_a_narrowed_resource_is_open(function: str, prod: Stage) -> None:
    for statement in narrow_policy(policy_of(function), prod, PLACE)["Statement"][:-1]:
        for arn in statement["Resource"]:
            assert "*" not in arn.removesuffix("*")
            assert not arn.endswith("*") or arn.endswith(("/*", ":*"))


def test_tracing_is_allowed_only_where_the_stage_traces(prod: Stage) -> None:
    policy = policy_of("sweep")
    assert narrow_policy(policy, prod, PLACE)["Statement"][-1] == XRAY_STATEMENT
    assert XRAY_STATEMENT not in narrow_policy(policy, read_stage("local"), PLACE)["Statement"]


@pytest.mark.parametrize("stage", ["staging", "prod"])
def test_the_default_of_a_deployed_stage_is_a_placeholder(stage: str) -> None:
    assert read_stage(stage).placeholders() == ["FILES_BUCKET", "MAIL_FROM"]
    assert read_stage("local").placeholders() == []
