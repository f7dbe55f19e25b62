"""What became of entries with codes, if one answer could not show all of it."""

import json

from chalicelib.answers.bulk import bulk_body
from chalicelib.answers.fitting import ANSWER_BYTES, has_room
from chalicelib.errors import field_error
from chalicelib.models.catalogue import Offer, Shop
from chalicelib.ordering.codes import CANDIDATES, Match
from chalicelib.ordering.entries import Entered, EntryOutcome, Wanted

LONG = "Ю" * 500


def offer(number: int) -> Offer:
    made = Offer.at(number)
    made.offer_id, made.shop_id, made.name, made.model, made.price, made.quantity = number, 7, LONG, LONG, 100, 5
    return made


def test_an_answer_that_is_too_large_has_fewer_candidates_and_every_result() -> None:
    shop = Shop.at(7)
    shop.name = LONG
    match = Match(refused="ambiguous_code", candidates=tuple(map(offer, range(CANDIDATES))))
    entered = Entered(EntryOutcome("ambiguous_code", None, 0, None, None), match, None, {7: shop})
    body = bulk_body([Wanted(1), field_error("code", "blank"), *[Wanted(1)] * 998], [entered] * 999, "ru")
    assert body["shortened"] is True
    assert [result["position"] for result in body["results"]] == list(range(1_000))
    shown = {len(result["candidates"]) for result in body["results"] if "candidates" in result}
    assert shown <= {1, 2, 3, 4}
    assert len(shown) == 1
    assert all(result["more_candidates"] for result in body["results"] if "candidates" in result)
    assert has_room(body)
    assert len(json.dumps(json.dumps(body))) > ANSWER_BYTES / 2  # no more is left out than necessary
