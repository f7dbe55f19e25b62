"""A domain of OpenSearch that answers what a test says."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from botocore.awsrequest import AWSPreparedRequest

from chalicelib.catalogue.search.opensearch.client import OpenSearch

Body = dict[str, Any]
Answer = tuple[int, Any] | Exception


@dataclass(frozen=True)
class Answered:
    """An answer of HTTP."""

    status_code: int
    content: bytes


@dataclass
class Domain:
    """Answers what ``answer`` says, and keeps what it was asked."""

    answer: Callable[[str, list[Body]], Answer]
    sent: list[AWSPreparedRequest] = field(default_factory=list)

    def send(self, request: AWSPreparedRequest) -> Answered:
        self.sent.append(request)
        body = request.body.decode() if isinstance(request.body, bytes) else request.body or ""
        answer = self.answer(request.url.removeprefix("http://node"), [json.loads(line) for line in body.splitlines()])
        if isinstance(answer, Exception):
            raise answer
        status, content = answer
        return Answered(status, content if isinstance(content, bytes) else json.dumps(content).encode())


def client_of(answer: Callable[[str, list[Body]], Answer], endpoint: str = "http://node") -> tuple[OpenSearch, Domain]:
    domain = Domain(answer)
    return OpenSearch(endpoint, 1, domain), domain
