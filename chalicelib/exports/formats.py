"""The formats that each content can be exported in. Pure."""

from typing import Literal

from chalicelib.files.formats import FILE_FORMATS, exported_in

FORMATS = {"goods": exported_in("goods"), "orders": exported_in("orders")}
_NAMES = tuple(name for name, each in FILE_FORMATS.items() if each.exports)
# The type checker sees any type here; requests and answers are checked and described by the names themselves.
FormatName = Literal[_NAMES]  # type: ignore[valid-type]
