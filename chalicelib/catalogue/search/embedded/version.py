"""The version of the index. Here alone, for those who ask about it without the library that reads it."""

from typing import Final

# A change of the fields or of analysis is a new one, with a pointer and files of its own: it needs a full build.
VERSION: Final = 1
