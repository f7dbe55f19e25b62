"""Sets a failure destination for asynchronous events (S3's), which Lambda would drop after its own retries."""

import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from infra.stages import Stage

if TYPE_CHECKING:
    from mypy_boto3_lambda import LambdaClient
    from mypy_boto3_lambda.type_defs import DestinationConfigTypeDef

#: Functions invoked without a queue, each with the suffix of the queue that receives its failed events.
_KEPT = {"pricelist_dropped": "dropped-dlq"}
#: Seconds until a permission that was just deployed takes effect on AWS.
_TRIES, _PAUSE_SECONDS = 12, 5.0


def keep_lost_events(functions: "LambdaClient", stage: Stage, pause: Callable[[float], None] = time.sleep) -> None:
    """Send events that these functions failed to process to their queues. Idempotent.

    Chalice cannot set this. Raises ClientError if a function may not send to its queue.
    """
    for function, queue in _KEPT.items():
        name = stage.lambda_name(function)
        arn = functions.get_function_configuration(FunctionName=name)["FunctionArn"]
        partition, _, region, account = arn.split(":")[1:5]
        target = f"arn:{partition}:sqs:{region}:{account}:{stage.lambda_name('api_handler')}-{queue}"
        _send_failures(functions, name, target, pause)


def _send_failures(functions: "LambdaClient", name: str, target: str, pause: Callable[[float], None]) -> None:
    destination: DestinationConfigTypeDef = {"OnFailure": {"Destination": target}}
    for attempt in range(_TRIES):
        try:
            functions.put_function_event_invoke_config(FunctionName=name, DestinationConfig=destination)
        except ClientError as exc:
            if exc.response["Error"]["Code"] != "InvalidParameterValueException" or attempt == _TRIES - 1:
                raise
            pause(_PAUSE_SECONDS)
        else:
            return
