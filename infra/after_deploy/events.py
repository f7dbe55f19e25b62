"""Sets a failure destination for asynchronous events (S3's), which Lambda would drop after its own retries."""

import time
from typing import TYPE_CHECKING

from infra.after_deploy.settling import Pause, when_settled
from infra.stages import Stage

if TYPE_CHECKING:
    from mypy_boto3_lambda import LambdaClient
    from mypy_boto3_lambda.type_defs import DestinationConfigTypeDef

#: Functions invoked without a queue, each with the suffix of the queue that receives its failed events.
_KEPT = {"pricelist_dropped": "dropped-dlq"}
#: The answer while a permission that was just deployed has not taken effect on AWS, within a minute.
_NOT_YET_PERMITTED = frozenset({"InvalidParameterValueException"})
_TRIES = 12


def keep_lost_events(functions: "LambdaClient", stage: Stage, pause: Pause = time.sleep) -> None:
    """Send events that these functions failed to process to their queues. Idempotent.

    Chalice cannot set this. Raises ClientError if a function may not send to its queue.
    """
    for function, queue in _KEPT.items():
        name = stage.lambda_name(function)
        arn = functions.get_function_configuration(FunctionName=name)["FunctionArn"]
        partition, _, region, account = arn.split(":")[1:5]
        target = f"arn:{partition}:sqs:{region}:{account}:{stage.lambda_name('api_handler')}-{queue}"
        _send_failures(functions, name, target, pause)


def _send_failures(functions: "LambdaClient", name: str, target: str, pause: Pause) -> None:
    destination: DestinationConfigTypeDef = {"OnFailure": {"Destination": target}}

    def put() -> None:
        functions.put_function_event_invoke_config(FunctionName=name, DestinationConfig=destination)

    when_settled(put, pause, _NOT_YET_PERMITTED, _TRIES)
