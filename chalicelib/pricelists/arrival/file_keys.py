"""The keys of price lists in the bucket: ``incoming/<shop>/<name>``. Pure."""

import re
from typing import NamedTuple

from chalicelib.ids import as_id

_KEY = re.compile(r"incoming/(\d{1,16})/(.+)", re.DOTALL)
_DIRECT = re.compile(r"direct-(\d{1,16})/")
_UPLOAD = re.compile(r"upload-(\d{1,16})(?:\.[a-z]+)?")


class FileKey(NamedTuple):
    """What a key says about its file: whose it is, and its name for people.

    ``import_id`` is that of the record made before the file was stored, if any.
    """

    shop_id: int
    name: str
    import_id: int | None


def incoming(shop_id: int) -> str:
    """Return the beginning of all keys of a shop's files."""
    return f"incoming/{shop_id}/"


def upload_key(shop_id: int, import_id: int) -> str:
    """Return the key for the file of an import that has a record already; only its content shows its format."""
    return f"{incoming(shop_id)}upload-{import_id}"


def direct_key(shop_id: int, number: int) -> str:
    """Return the key for a file that its supplier sends directly to the bucket; its arrival creates the record."""
    return f"{incoming(shop_id)}direct-{number}"


def named_key(shop_id: int, number: int) -> str:
    """Return the beginning of the key for a file sent so that keeps its name, which follows."""
    return f"{direct_key(shop_id, number)}/"


def parse(key: str) -> FileKey | None:
    """Return what the key says, or None if it is not the key of a price list."""
    match = _KEY.fullmatch(key)
    shop_id = as_id(match.group(1)) if match else None
    if match is None or shop_id is None:
        return None
    upload = _UPLOAD.fullmatch(match.group(2))
    direct = _DIRECT.match(match.group(2))
    name = (_readable(match.group(2)[direct.end() :]) if direct else "") or match.group(2)
    return FileKey(shop_id, name, as_id(upload.group(1)) if upload else None)


def _readable(name: str) -> str:
    """Return a file's name as its sender wrote it: browsers send UTF-8, which some stores read as Latin-1."""
    try:
        return name.encode("latin-1").decode("utf-8")
    except UnicodeError:
        return name
