"""A generated catalogue to search in, always the same: names, series, models and barcodes as suppliers write them."""

import random
from collections.abc import Iterator
from dataclasses import dataclass

from chalicelib.catalogue.search.documents import Indexed
from tests.unit.catalogue.search import tables

SEED = 20261129
CATEGORIES, SHOPS, BRANDS = 402, 100, 300
# So many offers share a word that stands for a series.
SERIES_SIZE = 27
COLOURS = [
    *("белый", "чёрный", "серый", "красный", "синий", "зелёный", "бежевый", "золотистый"),
    *("жёлтый", "розовый", "голубой", "фиолетовый", "коричневый", "оранжевый", "серебристый", "бордовый"),
]
_SYLLABLES = [
    "ба",
    "ве",
    "ги",
    "до",
    "жу",
    "за",
    "ки",
    "ло",
    "ма",
    "не",
    "пи",
    "ро",
    "су",
    "та",
    "фо",
    "ха",
    "це",
    "ча",
    "ша",
    "ль",
    "ер",
    "ан",
    "ор",
    "ист",
    "ем",
    "ук",
    "ай",
]
_LATIN = [
    "ba",
    "ve",
    "gi",
    "do",
    "zu",
    "ka",
    "lo",
    "ma",
    "ne",
    "pi",
    "ro",
    "su",
    "ta",
    "fo",
    "xi",
    "el",
    "er",
    "an",
    "or",
    "ist",
    "em",
    "uk",
    "ty",
    "que",
    "st",
]
_ENDINGS = ("ка", "ник", "тель", "лка", "ня", "ель", "рь")


@dataclass(frozen=True, slots=True)
class Words:
    """What names are made of."""

    nouns: list[str]
    brands: list[str]
    series: list[str]


def words_for(offers: int) -> Words:
    """Return the words of a catalogue of this size."""
    dice = random.Random(SEED)
    nouns = [*tables.NOUNS]
    while len(nouns) < CATEGORIES:
        nouns.append("".join(dice.choices(_SYLLABLES, k=3)) + dice.choice(_ENDINGS))
    brands = [_made_up(dice, 2, 3) for _ in range(BRANDS)]
    return Words(nouns, brands, [_made_up(dice, 3, 5) for _ in range(max(30, offers // SERIES_SIZE))])


def _made_up(dice: random.Random, least: int, most: int) -> str:
    syllables = _LATIN if dice.random() < 0.5 else _SYLLABLES
    return "".join(dice.choices(syllables, k=dice.randint(least, most))).capitalize()


def goods(offers: int, words: Words | None = None) -> Iterator[Indexed]:
    """Yield the offers of a catalogue of this size; the first ones are the same, whatever its size."""
    words = words or words_for(offers)
    for number in range(offers):
        yield good(number, words)


def good(number: int, words: Words) -> Indexed:
    """Return one offer."""
    dice = random.Random(SEED * 1_000_003 + number)
    category = int(CATEGORIES * dice.random() ** 2)
    noun, series = words.nouns[category], dice.choice(words.series)
    colour = dice.choice(COLOURS)
    letters = "".join(dice.choices("ABCDEFGHKLMNPRSTVXZ", k=2))
    model = f"{letters}-{dice.randint(10, 99)}{dice.choice('ABXZ')}{dice.randint(1000, 9999)}"
    body = f"460{dice.randrange(10**9):09d}"
    check = -sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(body)) % 10
    return Indexed(
        offer_id=dice.getrandbits(53),
        shop_id=7_000 + dice.randrange(SHOPS),
        category_id=1_000_000_007 * (category + 1),
        price=dice.randrange(1_000, 20_000_000),
        in_stock=dice.random() < 0.8,
        name=f"{noun.capitalize()} {dice.choice(words.brands)} {series} {dice.choice(tables.ADJECTIVES)} {colour}",
        model=model if dice.random() < 0.75 else "",
        category=noun.capitalize(),
        ext_id=f"{dice.choice('АБВ')}-{number:07d}",
        gtin=f"{body}{check}" if dice.random() < 0.7 else "",
        parameters=[
            ("Цвет", colour),
            ("Вес, кг", str(dice.randint(1, 60))),
            ("Гарантия", f"{dice.choice((1, 2, 3))} г."),
        ],
    )
