"""Compares the resources of a stage with its template, as CloudFormation sees them: what somebody changed by hand."""

import time
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Literal

from infra.errors import InfraError
from infra.settings import Stack

if TYPE_CHECKING:
    from mypy_boto3_cloudformation import CloudFormationClient
    from mypy_boto3_cloudformation.type_defs import StackResourceDriftTypeDef

_DEADLINE_SECONDS = 600.0
_SHOWN: "list[Literal['MODIFIED', 'DELETED']]" = ["MODIFIED", "DELETED"]


def drift(stack: Stack, pause: Callable[[float], None] = time.sleep) -> list[str]:
    """Return a line for each resource that is gone and each property that differs from the template.

    Changes nothing. Raises InfraError if detection fails or takes ten minutes.
    """
    cloudformation = stack.client("cloudformation")
    detection = cloudformation.detect_stack_drift(StackName=stack.name)["StackDriftDetectionId"]
    waited = 0.0
    while True:
        found = cloudformation.describe_stack_drift_detection_status(StackDriftDetectionId=detection)
        if found["DetectionStatus"] != "DETECTION_IN_PROGRESS":
            break
        if waited > _DEADLINE_SECONDS:
            raise InfraError(f"drift detection of {stack.name} takes too long; repeat later")
        pause(2)
        waited += 2
    lines = [line for drifted in _drifted(cloudformation, stack.name) for line in _lines(drifted)]
    if found["DetectionStatus"] == "DETECTION_FAILED":
        # It fails as a whole if one resource could not be read; the others were compared.
        reason = found.get("DetectionStatusReason", "without a reason")
        raise InfraError("\n".join([f"not everything could be compared: {reason}", *lines]))
    return lines


def _drifted(cloudformation: "CloudFormationClient", name: str) -> "Iterator[StackResourceDriftTypeDef]":
    answer = cloudformation.describe_stack_resource_drifts(StackName=name, StackResourceDriftStatusFilters=_SHOWN)
    yield from answer["StackResourceDrifts"]
    while token := answer.get("NextToken"):
        answer = cloudformation.describe_stack_resource_drifts(
            StackName=name, StackResourceDriftStatusFilters=_SHOWN, NextToken=token
        )
        yield from answer["StackResourceDrifts"]


def _lines(drifted: "StackResourceDriftTypeDef") -> Iterator[str]:
    title = f"{drifted['LogicalResourceId']} ({drifted.get('PhysicalResourceId', '')})"
    if drifted["StackResourceDriftStatus"] == "DELETED":
        yield f"{title} is gone"
    for one in drifted.get("PropertyDifferences", []):
        was, now = one["ExpectedValue"], one["ActualValue"]
        match one["DifferenceType"]:
            case "ADD":
                yield f"{title} {one['PropertyPath']}: added {now}"
            case "REMOVE":
                yield f"{title} {one['PropertyPath']}: {was} is gone"
            case _:
                yield f"{title} {one['PropertyPath']}: {was} became {now}"
