"""Events that a function fails at to the end are kept."""

from dataclasses import dataclass, field
from typing import Any

import pytest
from botocore.exceptions import ClientError

from infra.after_deploy.events import keep_lost_events
from infra.policies import Place, narrow_policy
from infra.settings import PROJECT_ROOT
from infra.stages import read_stage
from infra.template import load_template
from tests.unit.infra.test_policies import policy_of

PROD = read_stage("prod")
QUEUE = "arn:aws:sqs:eu-central-1:123456789012:retail-orders-prod-dropped-dlq"


@dataclass
class FakeLambda:
    """Refuses the destination ``refusals`` times with this code."""

    refusals: int = 0
    code: str = "InvalidParameterValueException"
    kept: list[tuple[str, Any]] = field(default_factory=list)

    def get_function_configuration(self, FunctionName: str) -> dict[str, Any]:  # noqa: N803 (boto3's own name)
        return {"FunctionArn": f"arn:aws:lambda:eu-central-1:123456789012:function:{FunctionName}"}

    def put_function_event_invoke_config(self, FunctionName: str, DestinationConfig: Any) -> None:  # noqa: N803
        if self.refusals:
            self.refusals -= 1
            raise ClientError({"Error": {"Code": self.code}}, "PutFunctionEventInvokeConfig")
        self.kept.append((FunctionName, DestinationConfig))


def test_what_the_function_of_price_lists_fails_at_goes_to_its_queue() -> None:
    functions = FakeLambda()
    keep_lost_events(functions, PROD)
    assert functions.kept == [("retail-orders-prod-pricelist_dropped", {"OnFailure": {"Destination": QUEUE}})]


def test_the_queue_is_one_of_the_stack_and_the_function_may_send_to_it() -> None:
    name = load_template()["Resources"]["DroppedDeadLetters"]["Properties"]["QueueName"]["Sub"]
    assert name.replace("${Stage}", "prod") == QUEUE.rsplit(":", 1)[1]
    policy = narrow_policy(policy_of("pricelist_dropped"), PROD, Place("123456789012", "eu-central-1"))
    allowed = [item["Action"] for item in policy["Statement"] if QUEUE in item["Resource"]]
    assert allowed == [["sqs:SendMessage"]]


def test_every_function_that_events_reach_without_a_queue_keeps_what_it_loses() -> None:
    handlers = "".join(path.read_text("utf-8") for path in (PROJECT_ROOT / "chalicelib" / "handlers").glob("*.py"))
    assert handlers.count(".on_s3_event(") + handlers.count(".on_sns_message(") == 1


@pytest.mark.parametrize("code", ["InvalidParameterValueException", "ResourceConflictException"])
def test_a_permission_or_function_that_aws_does_not_know_of_yet_is_waited_for(code: str) -> None:
    functions, pauses = FakeLambda(2, code), list[float]()
    keep_lost_events(functions, PROD, pauses.append)
    assert (len(functions.kept), pauses) == (1, [5.0, 5.0])


@pytest.mark.parametrize(("refusals", "code"), [(99, "InvalidParameterValueException"), (1, "AccessDenied")])
def test_a_lasting_failure_is_reported(refusals: int, code: str) -> None:
    with pytest.raises(ClientError, match=code):
        keep_lost_events(FakeLambda(refusals, code), PROD, lambda _: None)
