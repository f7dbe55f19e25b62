"""The functions of the search index: one builds it for a queue, the other answers the API."""

from typing import Any

from chalice.app import Blueprint, SQSEvent

from chalicelib.handlers.jobs import together
from chalicelib.json_types import JsonObject
from chalicelib.lazy import Lazy
from chalicelib.settings import settings

blueprint = Blueprint(__name__)
# Seconds for which messages are collected, so that one build serves all imports that end together.
WINDOW_SECONDS = 1

_is_readable = Lazy("catalogue.search.index_job:is_readable")
_bring_up = Lazy("catalogue.search.index_job:bring_up")
_answer = Lazy("catalogue.search.serving:answer")


@blueprint.on_sqs_message(
    queue=settings().search_queue,
    batch_size=10,
    maximum_batching_window_in_seconds=WINDOW_SECONDS,
    maximum_concurrency=settings().search_workers,
)
def build_index(event: SQSEvent) -> dict[str, list[dict[str, str]]]:
    """Bring the index up to date with the tables, once for all messages."""
    context: Any = event.context
    seconds = context.get_remaining_time_in_millis() / 1000
    return together(event, _is_readable, lambda bodies: _bring_up(bodies, seconds))


@blueprint.lambda_function(name="search")
def search(event: JsonObject, _context: object) -> Any:
    """Answer a question about the index."""
    return _answer(event)
