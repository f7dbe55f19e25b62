"""Responses of DynamoDB as plain JSON, without botocore's conversion.

botocore walks every response along its model to convert blobs and timestamps, but our items have neither. For a page of
offers that walk takes longer than the query. A botocore version without this hook falls back to the walk.
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
    """Creates the response parsers of a client that reads items."""

    def create_parser(self, protocol_name: str) -> Any:
        """Return a parser for the protocol that leaves DynamoDB's responses about items unconverted."""
        parser = PROTOCOL_PARSERS[protocol_name]
        return _ItemParser(**self._defaults) if parser is JSONParser else parser(**self._defaults)
