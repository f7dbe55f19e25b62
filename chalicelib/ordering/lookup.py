"""Looks up the ids of offers by the codes that buyers use."""

from collections.abc import Mapping, Sequence

from chalicelib.catalogue.search import choice
from chalicelib.catalogue.search.engine import CodeEngine, EngineBusy, Hit
from chalicelib.errors import Busy
from chalicelib.ordering.codes import CANDIDATES, Code, CodeHits
from chalicelib.ordering.names import find_by_ext_id

# One more than is shown, to detect codes with more offers.
_HITS = CANDIDATES + 1
# A named shop's offer may rank behind those of other shops: the offers examined for one code, and for all together.
_DEEP_HITS, _ALL_DEEP_HITS = 500, 50_000


def find_by_codes(codes: Sequence[Code]) -> dict[Code, CodeHits]:
    """Return for each code the offers that may have it, according to the engine; read them again before use.

    An engine that takes fewer codes looks up the first ones.

    Calls the engine once, and once more with a higher limit for codes of named shops that have too many offers. A code
    that the engine does not find at a named shop is looked up by ``find_by_ext_id``, as the shop's own id.

    Raises Busy if the engine is busy.
    """
    try:
        found = _found(choice.engine(), codes)
    except EngineBusy as failure:
        raise Busy from failure
    names = {(code.shop_id, code.text) for code in codes if code.shop_id is not None and not found[code].offers}
    own = find_by_ext_id(names)
    return {
        code: CodeHits((own[name],)) if (name := (code.shop_id or 0, code.text)) in own else found[code]
        for code in codes
    }


def _found(engine: CodeEngine, codes: Sequence[Code]) -> dict[Code, CodeHits]:
    first = engine.by_codes(_texts(codes), _HITS)
    again = [code for code in codes if code.shop_id is not None and len(first.get(code.text, ())) >= _HITS]
    texts = _texts(again)
    limit = min(_DEEP_HITS, _ALL_DEEP_HITS // len(texts)) if texts else 0
    deep = engine.by_codes(texts, limit) if texts else {}
    of_shops = {code: _code_hits(code, deep, limit) for code in again}
    return {code: _code_hits(code, first, _HITS) for code in codes} | of_shops


def _code_hits(code: Code, found: Mapping[str, Sequence[Hit]], limit: int) -> CodeHits:
    if code.text not in found:
        return CodeHits(None)
    hits = found[code.text]
    own = [hit.offer_id for hit in hits if code.shop_id in {None, hit.shop_id}]
    return CodeHits(tuple(own[:_HITS]), len(hits) < limit and len(own) <= _HITS)


def _texts(codes: Sequence[Code]) -> list[str]:
    return list(dict.fromkeys(code.text for code in codes))
