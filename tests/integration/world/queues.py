"""Queue jobs, run when a test says so."""

from dataclasses import dataclass

from chalicelib import aws
from chalicelib.settings import settings
from tests.integration.world.calls import Calls


@dataclass
class Queues(Calls):
    """Delivers the messages of the queues to their functions."""

    def pump(self, rounds: int = 10) -> None:
        """Let the queue jobs work until the queues are empty."""
        for _ in range(rounds):
            queues = {"run_import": settings().imports_queue, "apply_chunk": settings().chunks_queue}
            queues |= {"run_export": settings().exports_queue, "send_mail": settings().mail_queue}
            queues |= {"build_index": settings().search_queue}
            if not sum(self._drain(queue, function) for function, queue in queues.items()):
                return

    def _drain(self, queue: str, function: str) -> int:
        sqs, url = aws.client("sqs"), aws.queue_url(queue)
        messages = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", [])
        for message in messages:
            event = self.client.events.generate_sqs_event([message["Body"]], queue)
            event["Records"][0]["attributes"]["ApproximateReceiveCount"] = "1"
            result = self.client.lambda_.invoke(function, event).payload
            if not result["batchItemFailures"]:
                sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
        return len(messages)
