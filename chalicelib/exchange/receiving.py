"""What 1C sends in one exchange: begun by ``init``, added to chunk by chunk, asked for part by part.

Every change is conditional on the version that was read, so of two calls at once neither undoes the other.
"""

from collections.abc import Sequence
from typing import NamedTuple

from pynamodb.expressions.update import Action

from chalicelib import clock, jobs
from chalicelib.accounts import limits
from chalicelib.accounts.limits import UPLOADS
from chalicelib.dynamo.conditions import equals_or_absent
from chalicelib.dynamo.retry import retry_lost
from chalicelib.dynamo.transaction import Lost
from chalicelib.exchange import chunks, zips
from chalicelib.exchange.errors import ExchangeFailed
from chalicelib.exchange.names import FOR_SALE, is_part, kind_of, same
from chalicelib.ids import new_id
from chalicelib.models.exchange import CurrentExchange, Exchange, SentFile
from chalicelib.packing import compact
from chalicelib.pricelists.arrival.doors import MAX_UPLOAD

MAX_FILES, MAX_CHUNKS = 200, 2_000
# Of the item that lists them, in bytes of UTF-8: DynamoDB stores 400 KB, and the names stand twice in it.
_MAX_LISTED, _MAX_OUTCOMES = 140_000, 60_000
# How long a list that lacks prices or stock waits for the files that may bring them.
WAIT_SECONDS = 600
_KEPT = 2 * 86_400
_RUNNING = ("asked", "working")


class Channel(NamedTuple):
    """What a session of a shop's 1C sends ``about`` "catalog" or "sale"."""

    shop_id: int
    about: str
    session: str

    def pointer(self) -> CurrentExchange:
        """Return the bare key of the record that names the present exchange."""
        return CurrentExchange.at(*self)


def begin(channel: Channel, *, in_portions: bool = False) -> Exchange:
    """Start over. What was sent before gets no additions; a list that is being made of it is still imported.

    A list that comes ``in_portions``, each of which 1C has imported before it sends the next, waits for its end.
    """
    item = _new(channel.shop_id, in_portions=in_portions)
    pointer = channel.pointer()
    pointer.exchange_id, pointer.expires_at = item.key_id, item.expires_at
    pointer.save()
    return item


def found(channel: Channel) -> Exchange | None:
    """Return the present exchange, or None if it has not begun or began too long ago."""
    pointer = channel.pointer().find()
    item = Exchange.at(pointer.exchange_id).find() if pointer is not None else None
    return item if item is not None and item.expires_at > clock.now() else None


def _begin_once(channel: Channel) -> Exchange:
    """Begin for a client that does not say so. Raises Lost if another call of it has done so."""
    item, pointer = _new(channel.shop_id), channel.pointer()
    pointer.exchange_id, pointer.expires_at = item.key_id, item.expires_at
    over = CurrentExchange.expires_at.does_not_exist() | (CurrentExchange.expires_at <= clock.now())
    if not pointer.save_where(over):
        raise Lost
    return item


def _new(shop_id: int, *, in_portions: bool = False) -> Exchange:
    item = Exchange.at(new_id())
    item.in_portions = True if in_portions else None
    item.shop_id, item.status, item.expires_at = shop_id, "open", clock.after(_KEPT)
    item.save()
    return item


def append(channel: Channel, name: str, content: bytes) -> Exchange:
    """Add a chunk to a file. A chunk that 1C repeats because it heard no answer counts once.

    The last chunk once more is such a repetition; the first one once more means that 1C begins the file again, and so
    does any chunk of a file that has been imported. Raises ExchangeFailed for too much, Contended.
    """

    def attempt(_: frozenset[str]) -> Exchange:
        item = found(channel) or _begin_once(channel)
        files: list[SentFile] = [*item.files]
        index = next((place for place, one in enumerate(files) if one["name"] == name), len(files))
        chunk = chunks.described(content)
        earlier = [(size, digest) for size, digest in files[index]["chunks"]] if index < len(files) else []
        own = {same(one) for one in _names(files[index])} if index < len(files) else set[str]()
        if earlier and earlier[-1] == chunk:
            return item
        again = (bool(earlier) and earlier[0] == chunk) or bool(own & {*item.named})
        before = [] if again else earlier
        files[index : index + 1] = [{"name": name, "chunks": [*before, chunk]}]
        _require_bounded(files)
        chunks.store(item, index, len(before), content)
        named = [one for one in item.named if one not in own] if again else item.named
        outcomes = {key: value for key, value in item.outcomes.items() if key != name}
        _change(item, [Exchange.files.set(files), Exchange.named.set(named), Exchange.outcomes.set(outcomes)])
        return item

    return retry_lost(attempt)


def ask(channel: Channel, name: str) -> Exchange:
    """Have a part imported. The list is put together once every part that has arrived was asked for, as its name goes.

    Parts that describe products only do not make a list: they wait for those with prices and stock. One in portions
    waits for its end. Returns the exchange as it is then. Raises ExchangeFailed for a file that has not arrived, or a
    damaged archive; TooManyAttempts, Contended.
    """

    def attempt(_: frozenset[str]) -> Exchange:
        item = found(channel)
        if item is None:
            raise ExchangeFailed("no_file", name=name)
        if item.status in _RUNNING or same(name) in item.named:
            return item
        files, asked = _looked_into(item), same(name)
        own = next((_names(one) for one in files if same(one["name"]) == asked), None)
        every = {same(one) for file in files for one in _names(file)}
        if own is None and asked not in every:
            raise ExchangeFailed("no_file", name=name)
        named = [*dict.fromkeys([*item.named, *([asked] if own is None else [asked, *map(same, own)])])]
        actions = [Exchange.files.set(files), Exchange.named.set(named)]
        if _size(named) > _MAX_LISTED:
            raise ExchangeFailed("names_too_long")
        # 1C asks for those that it knows; whatever else is in an archive comes along.
        needed = {one for one in every if kind_of(one)} or every
        complete = needed <= {*named}
        for_sale = any(kind_of(one) in FOR_SALE for one in every) or not all(map(is_part, every))
        if complete and for_sale and not item.in_portions:
            return _want(item, actions)
        _change(item, actions + (_waiting() if complete else []))
        return item

    return retry_lost(attempt)


def finish(channel: Channel) -> Exchange | None:
    """Have what has arrived imported, as 1C has nothing more; return the exchange, None if there is nothing."""

    def attempt(_: frozenset[str]) -> Exchange | None:
        item = found(channel)
        if item is None or not item.files or item.status in {"stored", "failed"}:
            return item
        if item.status in _RUNNING:
            # Whoever puts the list together reads this at the end.
            _change(item, [Exchange.whole.set(True)])
            return item
        return _want(item, [Exchange.files.set(_looked_into(item)), Exchange.whole.set(True)])

    return retry_lost(attempt)


def keep_outcome(item: Exchange, name: str, done: int, lines: Sequence[str]) -> None:
    """Remember how far a file of statuses has been dealt with; another call that did so at the same time may win."""
    earlier = {one: outcome for one, outcome in item.outcomes.items() if one != name}
    outcomes = {**earlier, name: [done, [*lines]]}
    while earlier and _size(outcomes) > _MAX_OUTCOMES:
        # Asked about once more, that file is applied once more, which changes nothing.
        del outcomes[next(iter(earlier))]
        del earlier[next(iter(earlier))]
    item.update_where(Exchange.version == item.version, [Exchange.outcomes.set(outcomes)])


def _want(item: Exchange, actions: Sequence[Action]) -> Exchange:
    limits.spend(UPLOADS, item.shop_id)
    look = jobs.due(Exchange, clock.stamp(clock.after(Exchange.FIRST_LOOK)))
    _change(item, [*actions, Exchange.status.set("asked"), Exchange.attempts.set(0), *look])
    with jobs.sent_after_write():
        jobs.enqueue(item)
    return item


def _waiting() -> list[Action]:
    until = clock.stamp(clock.after(WAIT_SECONDS))
    return [Exchange.status.set("waiting"), Exchange.wait_until.set(until), *jobs.due(Exchange, until)]


def _change(item: Exchange, actions: list[Action]) -> None:
    unmoved = equals_or_absent(Exchange.version, item.version)
    more = [Exchange.version.set(item.version + 1), Exchange.expires_at.set(clock.after(_KEPT))]
    if not item.update_where(unmoved & (Exchange.status == item.status), [*actions, *more]):
        raise Lost


def _looked_into(item: Exchange) -> list[SentFile]:
    files: list[SentFile] = item.files
    found: list[SentFile] = [
        one if "parts" in one or not zips.is_zip(item, index) else {**one, "parts": zips.parts_in(item, index)}
        for index, one in enumerate(files)
    ]
    parts = sum(len(_names(one)) for one in found)
    if parts > MAX_FILES + zips.MAX_PARTS:
        raise ExchangeFailed("too_many_parts", limit=MAX_FILES + zips.MAX_PARTS)
    _require_listable(found)
    return found


def _names(file: SentFile) -> list[str]:
    return file.get("parts", [file["name"]])


def _require_bounded(files: Sequence[SentFile]) -> None:
    if len(files) > MAX_FILES:
        raise ExchangeFailed("too_many_files", limit=MAX_FILES)
    if sum(len(one["chunks"]) for one in files) > MAX_CHUNKS:
        raise ExchangeFailed("too_many_chunks", limit=MAX_CHUNKS)
    if sum(map(chunks.size_of, files)) > MAX_UPLOAD:
        raise ExchangeFailed("too_large", limit=MAX_UPLOAD // 1_000_000)
    _require_listable(files)


def _require_listable(files: Sequence[SentFile]) -> None:
    if _size(files) > _MAX_LISTED:
        raise ExchangeFailed("names_too_long")


def _size(value: object) -> int:
    return len(compact(value).encode("utf-8", "surrogatepass"))
