"""The engine that asks the function ``search``, which holds the embedded index or asks OpenSearch."""

import json
import time
from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, cast

from botocore.exceptions import BotoCoreError, ClientError, ConnectionClosedError

from chalicelib import aws
from chalicelib.catalogue.search import wire
from chalicelib.catalogue.search.engine import Asked, EngineBusy, Found, Hit, Sort
from chalicelib.catalogue.search.filters import OfferFilter
from chalicelib.errors import field_error
from chalicelib.json_types import JsonObject
from chalicelib.logs import log

if TYPE_CHECKING:
    from mypy_boto3_lambda import LambdaClient

# Seconds without calls after the function has failed to respond: it may be fetching its index.
PAUSE = 2.0


class SearchFunction:
    """Sends each question to one function and waits as long as a page may take, as set in ``aws``."""

    brings_offers = False

    def __init__(self, name: str, client: "Callable[[], LambdaClient] | None" = None) -> None:
        self._name, self._client = name, client or partial(aws.client, "lambda")
        self._silent_until = 0.0

    def sorts_of(self, _wanted: OfferFilter) -> frozenset[Sort]:
        """Return the sort orders that every index has."""
        return frozenset((Sort.RELEVANCE, Sort.PRICE, Sort.PRICE_DOWN))

    def find(self, asked: Asked) -> Found:
        """Return a page. Raises EngineBusy, and FieldErrors for a position of another list."""
        try:
            return wire.found_of(self._ask(wire.question_of_page(asked)))
        except wire.NotUnderstood as failure:
            raise self._busy("answer not understood") from failure

    def by_codes(self, codes: Sequence[str], limit: int) -> dict[str, list[Hit]]:
        """Return for each code at most ``limit`` offers with it, as the index has them. Raises EngineBusy."""
        try:
            return wire.hits_of(self._ask(wire.question_of_codes(codes, limit)))
        except wire.NotUnderstood as failure:
            raise self._busy("answer not understood") from failure

    def _ask(self, question: JsonObject) -> wire.AnswerBody:
        if time.monotonic() < self._silent_until:
            raise EngineBusy
        try:
            answer = self._invoke(json.dumps(question).encode())
        except (BotoCoreError, ClientError, ValueError) as failure:  # the last for what is not JSON
            raise self._busy(str(failure)) from failure
        if (refusal := answer.get("failure")) == wire.WRONG_CURSOR:
            raise field_error("cursor", "cursor")
        if refusal is not None:
            raise self._busy(refusal)
        return answer

    def _invoke(self, question: bytes) -> wire.AnswerBody:
        try:
            sent = self._client().invoke(FunctionName=self._name, Payload=question)
        except ConnectionClosedError:
            # The other side closed the connection while this process was frozen, before the question was sent.
            sent = self._client().invoke(FunctionName=self._name, Payload=question)
        answer = json.loads(sent["Payload"].read())
        if "FunctionError" in sent or not isinstance(answer, dict):
            raise ValueError(f"{sent.get('FunctionError', 'no object')}: {str(answer)[:500]}")
        return cast("wire.AnswerBody", answer)

    def _busy(self, reason: str) -> EngineBusy:
        """Return the error to raise; log the reason, and send no question for PAUSE seconds."""
        self._silent_until = time.monotonic() + PAUSE
        log.warning("search not answering", extra={"function": self._name, "reason": reason})
        return EngineBusy()
