"""What the API and the function ``search`` send each other, as JSON.

The two are deployed one after the other, so each has to understand the other's version. A question holds only what
differs from the default, and a function refuses what it does not know: then the API answers without it. An answer
may have more keys than its reader knows, and fewer.
"""

from collections.abc import Mapping, Sequence
from dataclasses import fields
from typing import Any, Final, NamedTuple, TypeAlias, cast

from typing_extensions import TypedDict

from chalicelib.catalogue.search.engine import FACETS, Asked, Count, Found, Hit, Sort
from chalicelib.catalogue.search.filters import OfferFilter
from chalicelib.catalogue.search.understanding import Correction
from chalicelib.json_types import Json, JsonObject

# Raise it when a key gets another meaning; new keys need no new version.
VERSION: Final = 1

_EVERYTHING = OfferFilter()
_ASKED = Asked(_EVERYTHING, Sort.RELEVANCE, 0)
_FILTER_KEYS = frozenset(field.name for field in fields(OfferFilter))
_ASKED_KEYS = frozenset(field.name for field in fields(Asked)) - {"filter"}

# Why a question was refused.
BUSY: Final = "busy"
WRONG_CURSOR: Final = "cursor"
NOT_UNDERSTOOD: Final = "not_understood"

HitBody = tuple[int, int]


class NotUnderstood(Exception):
    """The other side said something that this version does not know."""


class FoundBody(TypedDict, total=False):
    """``Found`` in JSON; hits are pairs of ids, of an offer and its shop."""

    hits: list[HitBody]
    next: str | None
    total: int | None
    facets: Mapping[str, Sequence[tuple[Any, int]]]
    corrected: list[tuple[str, str]]
    as_of: str | None


class AnswerBody(TypedDict, total=False):
    """What the function answers: one of ``found``, ``by_codes`` and ``failure``."""

    found: FoundBody
    by_codes: dict[str, list[HitBody]]
    failure: str


class Codes(NamedTuple):
    """The question for offers with codes: at most ``limit`` for each."""

    codes: Sequence[str]
    limit: int


Question: TypeAlias = Asked | Codes


def question_of_page(asked: Asked) -> JsonObject:
    """Return the question for a page."""
    wanted = {key: value for key in _FILTER_KEYS if (value := getattr(asked.filter, key)) != getattr(_EVERYTHING, key)}
    others = {key: value for key in _ASKED_KEYS if (value := getattr(asked, key)) != getattr(_ASKED, key)}
    return {"version": VERSION, "find": {"filter": wanted, **others}}


def question_of_codes(codes: Sequence[str], limit: int) -> JsonObject:
    """Return the question for offers with these codes."""
    return {"version": VERSION, "by_codes": {"codes": [*codes], "limit": limit}}


def asked_of(question: Mapping[str, Json]) -> Question:
    """Return what is asked. Raises NotUnderstood for anything that this version does not know."""
    try:
        if question["version"] == VERSION and "find" in question:
            return _page_asked(cast("JsonObject", question["find"]))
        if question["version"] == VERSION and "by_codes" in question:
            about = cast("JsonObject", question["by_codes"])
            return Codes([str(code) for code in cast("list[str]", about["codes"])], int(cast("int", about["limit"])))
    except (KeyError, TypeError, ValueError, AttributeError) as failure:
        raise NotUnderstood from failure
    raise NotUnderstood


def _page_asked(body: JsonObject) -> Asked:
    given: dict[str, Any] = {key: _frozen(value) for key, value in body.items()}
    wanted = {key: _frozen(value) for key, value in given.pop("filter").items()}
    if not (given.keys() <= _ASKED_KEYS and wanted.keys() <= _FILTER_KEYS and _are_facets(given.get("facets", ()))):
        raise NotUnderstood
    sort = Sort(given.pop("sort", _ASKED.sort))
    return Asked(OfferFilter(**wanted), sort, given.pop("limit", _ASKED.limit), **given)


def _are_facets(named: Sequence[str]) -> bool:
    return set(named) <= set(FACETS)


def _frozen(value: Any) -> Any:
    return tuple(map(_frozen, value)) if isinstance(value, list) else value


def found_body(found: Found) -> AnswerBody:
    """Return a page as the function answers it."""
    facets = {facet: [(one.value, one.offers) for one in counts] for facet, counts in found.facets.items()}
    return {
        "found": {
            "hits": [(hit.offer_id, hit.shop_id) for hit in found.hits],
            "next": found.next,
            "total": found.total,
            "facets": cast("Mapping[str, list[tuple[Any, int]]]", facets),
            "corrected": [(one.typed, one.meant) for one in found.corrected],
            "as_of": found.as_of,
        }
    }


def codes_body(found: Mapping[str, Sequence[Hit]]) -> AnswerBody:
    """Return the offers of codes as the function answers them."""
    return {"by_codes": {code: [(hit.offer_id, hit.shop_id) for hit in hits] for code, hits in found.items()}}


def failure_body(code: str) -> AnswerBody:
    """Return the refusal of a question, with one of the codes above."""
    return {"failure": code}


def found_of(answer: AnswerBody) -> Found:
    """Return the page in an answer. Raises NotUnderstood if there is none."""
    try:
        body = answer["found"]
        facets = body.get("facets", {})
        return Found(
            hits=_hits(body["hits"]),
            next=body["next"],
            total=body.get("total"),
            facets={facet: _counts(facets[facet]) for facet in FACETS if facet in facets},
            corrected=tuple(Correction(typed, meant) for typed, meant in body.get("corrected", ())),
            as_of=body.get("as_of"),
        )
    except (KeyError, TypeError, ValueError, AttributeError) as failure:
        raise NotUnderstood from failure


def _counts(counts: Sequence[tuple[Any, int]]) -> list[Count]:
    return [Count(tuple(value) if isinstance(value, list | tuple) else int(value), offers) for value, offers in counts]


def hits_of(answer: AnswerBody) -> dict[str, list[Hit]]:
    """Return the offers by code in an answer. Raises NotUnderstood if there are none."""
    try:
        return {code: _hits(hits) for code, hits in answer["by_codes"].items()}
    except (KeyError, TypeError, ValueError, AttributeError) as failure:
        raise NotUnderstood from failure


def _hits(pairs: list[HitBody]) -> list[Hit]:
    return [Hit(int(offer), int(shop)) for offer, shop in pairs]
