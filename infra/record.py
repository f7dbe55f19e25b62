"""Chalice's record of a deployment: kept in the stage's bucket, and made to match what is really deployed.

Chalice writes the record only when a whole deployment has succeeded, and finds queue mappings and the REST API in it
alone (aws/chalice#1340, #2146). After a deployment that was killed it would therefore create them again: a second API,
and on AWS ``ResourceConflictException`` for the mappings. So each deployment first looks for them.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, NotRequired, TypedDict

from botocore.exceptions import ClientError

from infra.errors import InfraError
from infra.output import say
from infra.partitions import partition_of
from infra.settings import APP_NAME, Kind, Stack
from infra.stages import Stage

if TYPE_CHECKING:
    from mypy_boto3_apigateway import APIGatewayClient
    from mypy_boto3_apigateway.type_defs import RestApiTypeDef
    from mypy_boto3_lambda import LambdaClient
    from mypy_boto3_lambda.type_defs import EventSourceMappingConfigurationTypeDef

KEY = "deployment/chalice.json"
_SCHEMA = "2.0"
_API = "rest_api"
_MAPPING_SUFFIX = "-sqs-event-source"


class Deployed(TypedDict):
    """A resource of the record; which keys it has depends on its type."""

    name: str
    resource_type: str
    rest_api_id: NotRequired[str]
    rest_api_url: NotRequired[str]
    lambda_arn: NotRequired[str]
    event_uuid: NotRequired[str]
    queue: NotRequired[str]
    queue_arn: NotRequired[str]
    role_name: NotRequired[str]


def fetch(stack: Stack, stage: Stage) -> None:
    """Get the record from the bucket; if it has none, what this machine has stays."""
    if (body := _stored(stack, stage)) is not None:
        _replace(_file(stack), body)


def look(stack: Stack, stage: Stage) -> str | None:
    """Return the REST API that the record in the bucket names, or None if there is no record or API."""
    body = _stored(stack, stage)
    if body is None:
        return None
    resources: list[Deployed] = json.loads(body)["resources"]
    return next((one["rest_api_id"] for one in resources if one["resource_type"] == _API), None)


def apis_of(stack: Stack, stage: Stage) -> list[str]:
    """Return the ids of the REST APIs that call the stage, the oldest first."""
    apis = sorted(_apis(stack.client("apigateway"), stage), key=lambda api: api["createdDate"])
    return [api["id"] for api in apis]


def keep(stack: Stack, stage: Stage) -> None:
    """Put the record into the bucket, where the next deployment finds it, from whatever machine."""
    body = _file(stack).read_bytes()
    stack.client("s3").put_object(Bucket=stage.bucket, Key=KEY, Body=body, ContentType="application/json")


def match(stack: Stack, stage: Stage) -> None:
    """Make the record say what is deployed: drop what no longer exists, take in mappings and the API that are missing.

    What nothing needs any more, such as a mapping of a renamed queue, gets in under another name, so that Chalice
    deletes it.
    """
    recorded = _resources(_file(stack))
    mappings = [one for function in stage.queues for one in _mapped(stack.client("lambda"), stage, function)]
    found = [*mappings, *_api(stack, stage, recorded)]
    looked_for = {one["event_uuid"] for one in mappings}
    kept = [
        one
        for one in recorded
        if one["resource_type"] != _API and one.get("event_uuid") not in looked_for and _exists(stack, one)
    ]
    document = {"schema_version": _SCHEMA, "backend": "api", "resources": [*kept, *found]}
    _replace(_file(stack), json.dumps(document, indent=2).encode())


def base_url(stack: Stack) -> str:
    """Return the base URL, including the version. Raises InfraError if the stage was not deployed."""
    if (url := known_url(stack)) is None:
        command = "make up" if stack.kind is not Kind.AWS else f"make deploy STAGE={stack.stage}"
        raise InfraError(f"stage {stack.stage} is not deployed ({_file(stack)} contains no REST API); run `{command}`")
    return url


def console_url(api_url: str) -> str:
    """Return the address of the console; the slash belongs to it, since links on its pages are relative."""
    return f"{api_url.rstrip('/')}/console/"


def known_url(stack: Stack) -> str | None:
    """Return the URL of the last deployment, or None before the first."""
    if not (api := rest_api(stack)):
        return None
    if stack.endpoint_url is None:
        return f"https://{api}.execute-api.{stack.region}.{partition_of(stack.region).dns_suffix}/api/v1"
    return f"{stack.endpoint_url}/_aws/execute-api/{api}/api/v1"


def rest_api(stack: Stack) -> str:
    """Return the id of the API of the last deployment, "" before the first."""
    return next((one["rest_api_id"] for one in _resources(_file(stack)) if one["resource_type"] == _API), "")


def mappings_of(functions: "LambdaClient", function: str) -> "list[EventSourceMappingConfigurationTypeDef]":
    """Return the queue mappings of a function, none if there is no such function."""
    return functions.list_event_source_mappings(FunctionName=function)["EventSourceMappings"]


def _stored(stack: Stack, stage: Stage) -> bytes | None:
    try:
        return stack.client("s3").get_object(Bucket=stage.bucket, Key=KEY)["Body"].read()
    except ClientError as exc:
        if exc.response["Error"]["Code"] in ("NoSuchKey", "NoSuchBucket"):
            return None
        raise


def _mapped(functions: "LambdaClient", stage: Stage, function: str) -> Iterator[Deployed]:
    """Yield the function's mappings, the first one to its own queue under the name that Chalice looks for."""
    free = True
    for mapping in mappings_of(functions, stage.lambda_name(function)):
        if mapping["State"] == "Deleting":
            continue
        queue = mapping["EventSourceArn"].rpartition(":")[2]
        own = free and queue == stage.queues[function]
        free = free and not own
        yield {
            "name": f"{function}{_MAPPING_SUFFIX}" + ("" if own else f"-{mapping['UUID']}"),
            "resource_type": "sqs_event",
            "queue": queue,
            "queue_arn": mapping["EventSourceArn"],
            "event_uuid": mapping["UUID"],
            "lambda_arn": mapping["FunctionArn"],
        }


def _api(stack: Stack, stage: Stage, recorded: list[Deployed]) -> list[Deployed]:
    """Return the REST API of the stage: the recorded one, else the oldest one that calls the stage's function."""
    gateway, ids = stack.client("apigateway"), apis_of(stack, stage)
    if not ids:
        return []
    named = [one["rest_api_id"] for one in recorded if one["resource_type"] == _API and one["rest_api_id"] in ids]
    [chosen] = named[:1] or ids[:1]
    for other in ids:
        if other != chosen:
            _part_with(stack, gateway, other)
    return [{"name": _API, "resource_type": _API, "rest_api_id": chosen}]


def _apis(gateway: "APIGatewayClient", stage: Stage) -> "Iterator[RestApiTypeDef]":
    """Yield the APIs that call the function of this stage: APIs of other stages may have the same name."""
    target = f":function:{stage.lambda_name('api_handler')}/invocations"
    for page in gateway.get_paginator("get_rest_apis").paginate():
        for api in page["items"]:
            if api["name"].startswith(APP_NAME) and _calls(gateway, api["id"], target):
                yield api


def _calls(gateway: "APIGatewayClient", api: str, target: str) -> bool:
    resources = gateway.get_resources(restApiId=api, limit=500, embed=["methods"])["items"]
    methods = (method for resource in resources for method in resource.get("resourceMethods", {}).values())
    return any(method.get("methodIntegration", {}).get("uri", "").endswith(target) for method in methods)


def _part_with(stack: Stack, gateway: "APIGatewayClient", api: str) -> None:
    """Delete a second API of a local stack; on AWS clients may use it, so only say how."""
    if stack.kind is not Kind.AWS:
        gateway.delete_rest_api(restApiId=api)
        return
    command = f"aws apigateway delete-rest-api --rest-api-id {api} --region {stack.region}"
    say(f"  REST API {api} calls this stage as well and is not updated; if no client uses it: {command}")


def _exists(stack: Stack, resource: Deployed) -> bool:
    """Return whether a recorded resource exists, since Chalice fails at deleting what is gone; true for other kinds."""
    try:
        match resource["resource_type"]:
            case "lambda_function":
                stack.client("lambda").get_function_configuration(FunctionName=resource["lambda_arn"])
            case "iam_role":
                stack.client("iam").get_role(RoleName=resource["role_name"])
            case "sqs_event":
                stack.client("lambda").get_event_source_mapping(UUID=resource["event_uuid"])
    except ClientError as exc:
        if exc.response["Error"]["Code"] in ("ResourceNotFoundException", "NoSuchEntity"):
            return False
        raise
    return True


def _file(stack: Stack) -> Path:
    return stack.deployed_dir / f"{stack.stage}.json"


def _resources(record: Path) -> list[Deployed]:
    """Return the resources of the record, none if it does not exist or Chalice was killed while writing it."""
    try:
        resources: list[Deployed] = json.loads(record.read_text(encoding="utf-8"))["resources"]
    except (FileNotFoundError, ValueError, KeyError):
        return []
    return resources


def _replace(file: Path, body: bytes) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    draft = file.with_suffix(".tmp")
    draft.write_bytes(body)
    draft.replace(file)
