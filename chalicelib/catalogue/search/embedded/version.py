"""The version of the index, in its own module so that reading it does not import tantivy."""

from typing import Final

# Raise it when the fields or the analysis change; each version has its own pointer and files, and needs a full build.
VERSION: Final = 1
