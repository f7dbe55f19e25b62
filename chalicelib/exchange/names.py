"""Names of the files that 1C sends, and what their parts of CommerceML hold. Pure."""

import re
from typing import Literal

# Of classifier and catalogue, then what has prices or stock: a list needs one of these.
PartKind = Literal["import", "goods", "offers", "prices", "rests"]
FOR_SALE: frozenset[PartKind | None] = frozenset({"offers", "prices", "rests"})
MAX_NAME = 200
# 1C on Linux sends the whole path of its own directory.
_OWN_DIRECTORY = re.compile(r"(?:/tmp|/?upload/1c/webdata)/")
_KIND = re.compile(r"(import|goods|offers|prices|rests)[^/]*\.xml", re.IGNORECASE)
_PICTURE = re.compile(r"(?:.*/)?import_files/.*|.*\.(?:jpe?g|png|gif|bmp|webp|tiff?|svg|pdf|docx?)", re.IGNORECASE)
_WORKBOOK = re.compile(r".*\.(?:xls[xm]|ods)", re.IGNORECASE)


def clean_name(given: str) -> str | None:
    """Return the name of a file as a relative path, or None for one that is not the name of a file."""
    name = given.strip().replace("\\", "/")
    if own := _OWN_DIRECTORY.match(name):
        name = name[own.end() :].strip()
    name = name.strip("/")
    steps = name.split("/")
    if not name or len(name) > MAX_NAME or not name.isprintable() or any(step in {"", ".", ".."} for step in steps):
        return None
    return name


def same(name: str) -> str:
    """Return what the spellings of a part's name have in common: 1C names parts without the folders of an archive."""
    return name.rpartition("/")[2].casefold()


def kind_of(name: str) -> PartKind | None:
    """Return what a part of CommerceML holds, by its name; None for any other file."""
    found = _KIND.fullmatch(name.rpartition("/")[2])
    kind: PartKind | None = found[1].lower() if found else None  # type: ignore[assignment] # one of the five
    return kind


def is_part(name: str) -> bool:
    """Return whether this may be a part of CommerceML."""
    return name.lower().endswith(".xml")


def is_picture(name: str) -> bool:
    """Return whether this is a picture or a paper of a product, which nobody reads."""
    return not is_part(name) and _PICTURE.fullmatch(name) is not None


def is_workbook(name: str) -> bool:
    """Return whether this is a spreadsheet, which is an archive of other parts."""
    return _WORKBOOK.fullmatch(name) is not None


def flat(names: list[str]) -> dict[str, str]:
    """Return for each name the one without folders that it gets in a bundle; no two are the same."""
    given: dict[str, str] = {}
    taken: set[str] = set()
    numbers: dict[str, int] = {}
    for name in names:
        base = name.rpartition("/")[2]
        stem, dot, extension = base.rpartition(".")
        number, new = numbers.get(base.casefold(), 1), base
        while new.casefold() in taken:
            number += 1
            new = f"{stem}__{number}{dot}{extension}"
        numbers[base.casefold()] = number
        taken.add(new.casefold())
        given[name] = new
    return given
