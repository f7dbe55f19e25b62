"""Functions named by a string, whose modules are imported by their first call.

Every Lambda function imports ``app``, which registers all routes and event handlers. What they call is named and not
imported there, so a cold start pays only for the code it runs.
"""

from dataclasses import dataclass
from importlib import import_module
from typing import Any


@dataclass(frozen=True, slots=True)
class Lazy:
    """A function of ours named "module:function", the module without ``chalicelib.``."""

    name: str

    def load(self) -> Any:
        """Import the module and return the function. Raises ImportError or AttributeError for a wrong name."""
        module, _, function = self.name.partition(":")
        return getattr(import_module(f"chalicelib.{module}"), function)

    def __call__(self, *arguments: Any, **named: Any) -> Any:
        """Call the function."""
        return self.load()(*arguments, **named)
