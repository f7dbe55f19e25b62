"""Answers of DynamoDB as they are: what reads and writes of items answer is JSON that needs no second look.

botocore walks every answer along its model to turn blobs and timestamps into Python's own, and items hold neither here.
For a page of offers that walk takes longer than DynamoDB. Where a botocore has no such hook, it walks as ever.
"""

from typing import Any

from botocore.parsers import PROTOCOL_PARSERS, JSONParser, ResponseParserFactory

_AS_THEY_ARE = frozenset(
    f"{operation}Output" for operation in ("GetItem", "BatchGetItem", "Query", "UpdateItem", "PutItem")
)


class _ItemParser(JSONParser):  # type: ignore[misc]
    def _handle_json_body(self, raw_body: bytes, shape: Any) -> Any:
        if shape.name in _AS_THEY_ARE:
            return self._parse_body_as_json(raw_body)
        return super()._handle_json_body(raw_body, shape)


class ItemParsers(ResponseParserFactory):  # type: ignore[misc]
    """Makes the parsers of a client that reads items."""

    def create_parser(self, protocol_name: str) -> Any:
        """A parser for the protocol; DynamoDB's answers about items are left as they are."""
        parser = PROTOCOL_PARSERS[protocol_name]
        return _ItemParser(**self._defaults) if parser is JSONParser else parser(**self._defaults)
