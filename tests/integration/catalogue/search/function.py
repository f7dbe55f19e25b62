"""The function ``search`` in this process: what is sent to it is JSON, and so is what comes back."""

import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

from chalicelib.catalogue.search import serving
from chalicelib.catalogue.search.embedded.reader import Reader
from chalicelib.catalogue.search.search_function import SearchFunction


class Function:
    """Stands for the client of Lambda. It keeps its index in the directory; ``asked`` are the questions.

    ``fails`` is raised instead of an answer, ``error`` is what Lambda says of a function that has raised.
    """

    def __init__(self, directory: Path) -> None:
        self.asked: list[dict[str, Any]] = []
        self.fails: Exception | None = None
        self.error = ""
        reader = Reader(directory)
        self.answer: Callable[[dict[str, Any]], object] = lambda event: serving.answer(event, reader.engine)

    def invoke(self, *, FunctionName: str, Payload: bytes) -> dict[str, Any]:  # noqa: N803 - botocore's own names
        """Answer as Lambda does."""
        assert FunctionName == "search"
        self.asked.append(json.loads(Payload))
        if self.fails is not None:
            raise self.fails
        body = io.BytesIO(json.dumps(self.answer(self.asked[-1])).encode())
        return {"Payload": body, **({"FunctionError": self.error} if self.error else {})}

    def engine(self) -> SearchFunction:
        """The engine of the API, which asks it."""
        return SearchFunction("search", lambda: cast("Any", self))
