"""Files of statuses that 1C sends: applied when they are complete, or when 1C asks for it.

Older configurations send the file and nothing after it, newer ones ask for its import: so it is applied as soon as it
is whole, and the import answers how that went.
"""

from chalicelib.exchange import chunks, receiving, statuses, zips
from chalicelib.exchange.errors import AREA, ExchangeFailed
from chalicelib.exchange.names import same
from chalicelib.exchange.status_file import MAX_BYTES, OrderDocument, read_documents
from chalicelib.exchange.statuses import Sender
from chalicelib.models.exchange import Exchange
from chalicelib.texts import text

_END = tuple("КоммерческаяИнформация>".encode(encoding) for encoding in ("utf-8", "windows-1251"))
_MAX_LINES = 20
Lines = list[str]


def received(item: Exchange, name: str, sender: Sender) -> Lines:
    """Apply the file if it is whole; otherwise more of it will come. Raises ExchangeFailed, TooManyAttempts, Busy."""
    index = _index(item, name)
    if index is None or not _is_whole(item, index):
        return ["success"]
    lines = _dealt_with(item, index, sender, again=True)
    return lines if lines[0] != "progress" else ["failure", *lines[1:]]


def asked(item: Exchange | None, name: str, sender: Sender) -> Lines:
    """Apply a file that has arrived, or say how that went. Raises ExchangeFailed, TooManyAttempts, Busy."""
    index = _index(item, name) if item is not None else None
    if item is None or index is None:
        raise ExchangeFailed("no_file", name=name)
    return _dealt_with(item, index, sender)


def _dealt_with(item: Exchange, index: int, sender: Sender, *, again: bool = False) -> Lines:
    """Apply what is left of a file; ``again`` begins one that was dealt with from its first document."""
    name = item.files[index]["name"]
    done, lines = item.outcomes.get(name, [0, []])
    documents = _documents(item, index)
    if again and done >= len(documents):
        done, lines = 0, []
    if done < len(documents):
        done, more = statuses.apply(documents, sender, done)
        lines = [*lines, *more]
        receiving.keep_outcome(item, name, done, lines[: _MAX_LINES * 10])
    if done < len(documents):
        return ["progress", text(AREA, "documents", sender.language, done=done, total=len(documents))]
    if lines:
        shown, left = lines[:_MAX_LINES], len(lines) - _MAX_LINES
        more = [text(AREA, "more", sender.language, count=left)] if left > 0 else []
        return ["failure", text(AREA, "refused", sender.language, count=len(lines), total=done), *shown, *more]
    return ["success", text(AREA, "documents", sender.language, done=done, total=len(documents))]


def _index(item: Exchange, name: str) -> int | None:
    """Return the place of the file that was named, or of the archive that may hold it."""
    wanted = same(name)
    found = [index for index, one in enumerate(item.files) if same(one["name"]) == wanted]
    archives = [index for index in range(len(item.files)) if zips.is_zip(item, index)]
    return next(iter([*found, *archives[-1:]]), None)


def _is_whole(item: Exchange, index: int) -> bool:
    if not zips.is_zip(item, index):
        return chunks.whole(item, index)[-200:].rstrip().endswith(_END)
    try:
        return bool(zips.parts_in(item, index))
    except ExchangeFailed:
        return False


def _documents(item: Exchange, index: int) -> list[OrderDocument]:
    if chunks.size_of(item.files[index]) > MAX_BYTES:
        raise ExchangeFailed("status_too_large", limit=MAX_BYTES // 1_000_000)
    if not zips.is_zip(item, index):
        return read_documents(chunks.whole(item, index))
    found: list[OrderDocument] = []
    left = MAX_BYTES
    with zips.opened(item, index) as archive:
        for name in zips.parts_in(item, index):
            with archive.open(name) as part:
                content = part.read(left + 1)
            if len(content) > left:
                raise ExchangeFailed("status_too_large", limit=MAX_BYTES // 1_000_000)
            left -= len(content)
            found += read_documents(content)
    return found
