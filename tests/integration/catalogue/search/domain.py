"""A domain of OpenSearch in memory, as far as builders of an index call it: documents, conditions, aliases."""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import count
from typing import Any
from urllib.parse import parse_qs, urlsplit

from botocore.awsrequest import AWSPreparedRequest
from botocore.httpsession import URLLib3Session

from chalicelib import clock
from chalicelib.catalogue.search.opensearch import schema as stored
from chalicelib.catalogue.search.opensearch.client import OpenSearch, Response

Body = dict[str, Any]
_NUMBERS = count()


@dataclass(frozen=True)
class Answered:
    """An answer of HTTP."""

    status_code: int
    content: bytes


@dataclass
class Index:
    """Documents by their ids, each with the number of its last change; what has been shown by the last refresh."""

    created: int = field(default_factory=lambda: int(clock.now().timestamp() * 1_000))
    documents: dict[str, tuple[int, Body]] = field(default_factory=dict)
    shown: dict[str, Body] = field(default_factory=dict)


class Domain:
    """Sends requests to itself. ``before`` is called with each, and may raise."""

    endpoint = "http://localhost"

    def __init__(self) -> None:
        self.indexes: dict[str, Index] = {}
        self.aliases: dict[str, str] = {}
        self.before: Callable[[str, str], None] = lambda _method, _path: None

    def send(self, request: AWSPreparedRequest) -> Answered:
        method, url = request.method, urlsplit(request.url)
        self.before(method, url.path)
        text = request.body.decode() if isinstance(request.body, bytes) else request.body or ""
        first, _, rest = url.path.lstrip("/").partition("/")
        asked = {name: values[0] for name, values in parse_qs(url.query).items()}
        status, answer = self._answer(method, first, rest, text, asked)
        return Answered(status, json.dumps(answer).encode())

    def _answer(self, method: str, first: str, rest: str, text: str, asked: dict[str, str]) -> tuple[int, Body]:
        if first == "_aliases":
            return self._switch(json.loads(text)["actions"])
        if first == "_alias":
            found = self.aliases.get(rest)
            return (200, {found: {}}) if found else (404, {"error": f"alias [{rest}] missing"})
        if first.endswith("*"):
            return 200, {name: self._about(name) for name in self.indexes if name.startswith(first[:-1])}
        name = self.aliases.get(first, first)
        if method == "PUT" and not rest:
            return self._create(name, json.loads(text))
        if method == "DELETE":
            self.indexes.pop(name, None)
            return 200, {}
        if name not in self.indexes:
            if rest != "_bulk":
                return 404, {"error": {"type": "index_not_found_exception", "reason": name}}
            self.indexes[name] = Index()  # as OpenSearch does
        return self._of_index(method, self.indexes[name], rest, text, asked)

    def _create(self, name: str, body: Body) -> tuple[int, Body]:
        aliases = [{"add": {"index": name, "alias": alias}} for alias in body.get("aliases", ())]
        status, answer = self._switch(aliases)
        if status == 200:
            self.indexes[name] = Index()
        return status, answer

    def _of_index(self, method: str, index: Index, rest: str, text: str, asked: dict[str, str]) -> tuple[int, Body]:
        action, _, document_id = rest.partition("/")
        if action == "_refresh":
            index.shown = {name: document for name, (_, document) in index.documents.items()}
        elif action == "_bulk":
            return 200, {"items": _bulk(index, text.splitlines())}
        elif action == "_msearch":
            nothing = {"hits": {"hits": [], "total": {"value": 0}}}
            return 200, {"responses": [nothing for _ in text.splitlines()[1::2]]}
        elif action == "_search":
            return 200, {"hits": {"hits": _found(index, json.loads(text))}}
        elif method == "GET":
            if document_id not in index.documents:
                return 404, {"found": False}
            number, document = index.documents[document_id]
            return 200, {"_seq_no": number, "_primary_term": 1, "_source": document}
        elif action in {"_doc", "_create"}:
            wanted = int(asked["if_seq_no"]) if "if_seq_no" in asked else None
            if index.documents.get(document_id, (None, {}))[0] != wanted:
                return 409, {"error": {"type": "version_conflict_engine_exception", "reason": document_id}}
            index.documents[document_id] = (next(_NUMBERS), json.loads(text))
            return 200, {"_seq_no": index.documents[document_id][0], "_primary_term": 1}
        return 200, {}

    def _about(self, name: str) -> Body:
        aliases = {alias: {} for alias, index in self.aliases.items() if index == name}
        created = self.indexes[name].created
        return {"aliases": aliases, "settings": {"index": {"creation_date": str(created)}}}

    def _switch(self, actions: list[Body]) -> tuple[int, Body]:
        aliases = dict(self.aliases)
        for action in actions:
            [(kind, about)] = action.items()
            if kind == "remove" and aliases.get(about["alias"]) != about["index"]:
                return 404, {"error": {"type": "aliases_not_found_exception", "reason": about["alias"]}}
            if kind == "remove":
                del aliases[about["alias"]]
            elif about["alias"] in aliases:
                reason = f"alias [{about['alias']}] has more than one write index"
                return 500, {"error": {"type": "illegal_state_exception", "reason": reason}}
            else:
                aliases[about["alias"]] = about["index"]
        self.aliases = aliases
        return 200, {}


def _bulk(index: Index, lines: list[str]) -> list[Body]:
    items, rest = [], iter(lines)
    for line in rest:
        [(action, about)] = json.loads(line).items()
        document_id, status = about["_id"], 200
        if action == "delete":
            status = 200 if index.documents.pop(document_id, None) else 404
        elif action == "create" and document_id in index.documents:
            next(rest)
            status = 409
        else:
            index.documents[document_id] = (next(_NUMBERS), json.loads(next(rest)))
        items.append({action: {"status": status}})
    return items


def _found(index: Index, search: Body) -> list[Body]:
    """The offers of a shop, or all, by their ids."""
    shop = search["query"].get("term", {}).get(stored.SHOP)
    after = search.get("search_after", [0])[0]
    rows = [one for one in index.shown.values() if stored.KEY in one and shop in {None, one[stored.SHOP]}]
    rows = sorted((one for one in rows if one[stored.OFFER] > after), key=lambda one: one[stored.OFFER])
    return [
        {"fields": {name: [one[name]] for name in search["docvalue_fields"]}, "sort": [one[stored.OFFER]]}
        for one in rows[: search["size"]]
    ]


def is_state(path: str) -> bool:
    """Whether a request is for the document that says what is indexed."""
    return re.search(f"/_(doc|create)/{stored.STATE_ID}$", path) is not None


class Node:
    """A domain that is a node on this machine, emptied."""

    def __init__(self, endpoint: str) -> None:
        self.endpoint = endpoint
        self.before: Callable[[str, str], None] = lambda _method, _path: None
        self._session = URLLib3Session(timeout=60)
        OpenSearch(endpoint, 60, self).call("DELETE", f"/{stored.FAMILY}-test-*")

    def send(self, request: AWSPreparedRequest) -> Response:
        self.before(request.method, urlsplit(request.url).path)
        return self._session.send(request)
