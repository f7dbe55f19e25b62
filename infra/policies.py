"""Narrows the committed IAM policies to one stage in one account.

The files in `.chalice/` are patterns (`arn:aws:dynamodb:*:*:table/retail-orders-*-orders`), good enough for the local
stage only. The build replaces them with the exact partition, region, account, stage, bucket and sender.
"""

from dataclasses import dataclass
from typing import NotRequired, TypedDict

from infra.errors import InfraError
from infra.settings import APP_NAME, LOCAL_STAGE, PRODUCTION_STAGE
from infra.stages import Stage

_ANY_STAGE = f"{APP_NAME}-*"


class Statement(TypedDict):
    """One statement of an IAM policy, as the files in `.chalice/` write it."""

    Sid: str
    Effect: str
    Action: list[str]
    Resource: list[str]
    Condition: NotRequired[dict[str, dict[str, str | list[str]]]]


class Policy(TypedDict):
    """An IAM policy."""

    Version: str
    Statement: list[Statement]


#: These two actions have no resource-level permissions on AWS, so this is the only statement without a resource.
XRAY_STATEMENT: Statement = {
    "Sid": "Tracing",
    "Effect": "Allow",
    "Action": ["xray:PutTraceSegments", "xray:PutTelemetryRecords"],
    "Resource": ["*"],
}


@dataclass(frozen=True)
class Place:
    """The account, region and partition that a policy is narrowed to."""

    account: str
    region: str
    partition: str = "aws"


def narrow_policy(policy: Policy, stage: Stage, place: Place) -> Policy:
    """Return a copy of the policy narrowed to resources of the stage, plus tracing if the stage uses it.

    A stage without a domain of OpenSearch allows nobody to call one. Raises InfraError for a resource that it cannot
    narrow.
    """
    statements: list[Statement] = [
        {**statement, "Resource": [narrow_arn(arn, stage, place) for arn in statement["Resource"]]}
        for statement in policy["Statement"]
        if stage.has_search_domain or not _is_of_search_domain(statement)
    ]
    if stage.name not in (LOCAL_STAGE, PRODUCTION_STAGE) and any(_sends_mail(one) for one in statements):
        statements.append(_sandbox_statement(stage, place))
    return {**policy, "Statement": [*statements, *([XRAY_STATEMENT] if stage.xray else [])]}


def _sends_mail(statement: Statement) -> bool:
    return "ses:SendRawEmail" in statement["Action"]


def _is_of_search_domain(statement: Statement) -> bool:
    return all(action.startswith("es:") for action in statement["Action"])


def _sandbox_statement(stage: Stage, place: Place) -> Statement:
    """Return the permission to mail verified recipients: in its sandbox SES authorizes against their identities, too.

    Bound to the sender, so it allows no other mails than the statement for the sender's own identity
    (https://github.com/cloudposse/terraform-aws-ses/issues/40).
    """
    return {
        "Sid": "MailInSandbox",
        "Effect": "Allow",
        "Action": ["ses:SendRawEmail"],
        "Resource": [f"arn:{place.partition}:ses:{place.region}:{place.account}:identity/*"],
        "Condition": {"StringEquals": {"ses:FromAddress": stage.sender.addr_spec}},
    }


def narrow_arn(arn: str, stage: Stage, place: Place) -> str:
    """Return the ARN with the exact partition, region, account and stage. Raises InfraError for an unknown service."""
    service, resource = arn.split(":", 5)[2], arn.split(":", 5)[5]
    if service == "s3":
        _, slash, prefix = resource.partition("/")
        return f"arn:{place.partition}:s3:::{stage.bucket}{slash}{prefix}"
    if service == "dynamodb":
        table, pattern, *index = resource.split("/")
        resource = "/".join([table, stage.table(pattern.removeprefix(f"{_ANY_STAGE}-")), *index])
    elif service in {"logs", "lambda", "es"} or (service == "sqs" and resource.endswith("-dlq")):
        resource = resource.replace(_ANY_STAGE, stage.lambda_name("api_handler"))
    elif service == "sqs":
        resource = stage.environment[f"{resource.rsplit('-', 1)[1].upper()}_QUEUE"]
    elif service == "ses":
        resource = _ses_resource(resource, stage)
    else:
        raise InfraError(f"cannot narrow {arn}; add its service to infra/policies.py")
    return f"arn:{place.partition}:{service}:{place.region}:{place.account}:{resource}"


def _ses_resource(pattern: str, stage: Stage) -> str:
    if pattern.startswith("configuration-set/"):
        # The local stage sends without one; what stands here then is never asked for.
        return f"configuration-set/{stage.configuration_set or stage.lambda_name('api_handler')}"
    return f"identity/{stage.sender.addr_spec if '@' in pattern else stage.sender.domain}"
