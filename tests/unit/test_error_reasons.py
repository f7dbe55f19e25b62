"""Reasons travel as facts; the answer words them in the caller's language, in the published shape."""

import pytest

from chalicelib.errors import AppError, DeliveryChanged, MinimumNotReached, PriceChanged, RowsRefused, TermsChanged
from chalicelib.errors.reasons import (
    BelowMinimum,
    DeliveryRise,
    PriceRise,
    Reason,
    ReasonDiffers,
    RowFault,
    RowGrown,
    RuleChange,
    UnitChange,
)
from chalicelib.http import to_json
from chalicelib.texts import LANGUAGES, Language

BODIES: list[tuple[Reason, str, str, str]] = [
    (
        RowFault(5, "shortage", 6, 4, (4,)),
        '{"id":5,"reason":"shortage","message":"%s","wanted":6,"possible":4,"nearest":[4]}',
        "Осталось 4",
        "Only 4 left",
    ),
    (
        RowFault(5, "gone", 2, 0),
        '{"id":5,"reason":"gone","message":"%s","wanted":2,"possible":0,"nearest":[]}',
        "Товар больше не продаётся",
        "No longer sold",
    ),
    (
        RowFault(5, "multiple", 7, 12, (6, 9), minimum=3, step=3, maximum=12),
        '{"id":5,"reason":"multiple","message":"%s","wanted":7,"possible":12,"nearest":[6,9]}',
        "Продаётся кратно 3",
        "Sold in multiples of 3",
    ),
    (
        RowFault(5, "maximum", 15, 12, (12,), minimum=3, step=3, maximum=12),
        '{"id":5,"reason":"maximum","message":"%s","wanted":15,"possible":12,"nearest":[12]}',
        "Не больше 12 за раз",
        "Order at most 12 at once",
    ),
    (
        RowGrown(5, wanted=3, possible=2),
        '{"id":5,"reason":"grown","message":"%s","wanted":3,"possible":2}',
        "Больше заказанного поставить нельзя, сейчас 2",
        "You cannot deliver more than was ordered, which is now 2",
    ),
    (
        PriceRise(5, wanted=2, was=10_000, now=11_990),
        '{"id":5,"reason":"price","message":"%s","wanted":2,"possible":2,"was":100,"now":119.90}',
        "Цена выросла",
        "The price has risen",
    ),
    (
        UnitChange(5, wanted=2, was="шт", now="короб", price_was=10_000, price=11_990),
        '{"id":5,"reason":"unit","message":"%s","wanted":2,"possible":2,"was":"шт","now":"короб",'
        '"price_was":100,"price":119.90}',
        "Теперь продаётся в других единицах: короб",
        "Now sold in another unit: короб",
    ),
    (
        RuleChange(5, wanted=2, was=(1, 1, None), now=(2, 2, 8)),
        '{"id":5,"reason":"quantities","message":"%s","wanted":2,"possible":2,'
        '"was":{"min_quantity":1,"step_quantity":1,"max_quantity":null},'
        '"now":{"min_quantity":2,"step_quantity":2,"max_quantity":8}}',
        "Теперь продаётся в других количествах",
        "Now sold in other quantities",
    ),
    (
        ReasonDiffers(5, wanted=2, given="Снят"),
        '{"id":5,"reason":"answered","message":"%s","wanted":2,"possible":2}',
        "Об этом количестве уже сообщено с другой причиной: Снят",
        "This quantity was already answered with another reason: Снят",
    ),
    (
        DeliveryRise(7, "Связь", was=0, now=30_050),
        '{"shop":{"id":7,"name":"Связь"},"reason":"delivery","message":"%s","was":0,"now":300.50}',
        "Связь: доставка подорожала",
        "Связь: delivery has become more expensive",
    ),
    (
        BelowMinimum(7, "Связь", min_order=100_000, goods_sum=99_950, missing=50),
        '{"shop":{"id":7,"name":"Связь"},"reason":"minimum","message":"%s",'
        '"min_order":1000,"goods_sum":999.50,"missing":0.50}',
        "Связь: до минимального заказа не хватает 0.50 ₽",
        "Связь: the order is 0.50 roubles below the minimum",
    ),
]


@pytest.mark.parametrize(("reason", "shape", "russian", "english"), BODIES)
def test_a_reason_is_worded_in_the_published_shape(reason: Reason, shape: str, russian: str, english: str) -> None:
    assert to_json(reason.body("ru")) == shape % russian
    assert to_json(reason.body("en")) == shape % english


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("situation", [RowsRefused, TermsChanged, PriceChanged, DeliveryChanged, MinimumNotReached])
def test_a_refusal_words_its_reasons_beside_the_published_keys(situation: type[AppError], language: Language) -> None:
    row, shop = PriceRise(5, 2, 1, 2), DeliveryRise(7, "Связь", 1, 2)
    refusal = situation(detail={"rows": [row], "shops": [shop]})
    refusal.detail["version"] = "1-a"
    body = refusal.body(language)
    assert [*body] == ["Status", "Errors", "code", "detail", "rows", "shops", "version"]
    assert (body["rows"], body["shops"]) == ([row.body(language)], [shop.body(language)])
