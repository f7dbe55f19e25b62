"""Sixty made-up offers, and for each kind of query sixty that mean them, one each."""

from tests.unit.catalogue.search.memory import Described

# Singular and another form of the word, as suppliers write names and buyers search.
_FORMS = """
лампа/лампы чайник/чайников холодильник/холодильники телевизор/телевизоры пылесос/пылесосы
утюг/утюги плита/плиты миксер/миксером блендер/блендеры кофемолка/кофемолки
мясорубка/мясорубку вентилятор/вентиляторы обогреватель/обогревателя люстра/люстры торшер/торшеры
розетка/розетки выключатель/выключатели удлинитель/удлинителя отвертка/отвертки молоток/молотки
шуруповерт/шуруповерта перфоратор/перфораторы рубанок/рубанки ножовка/ножовки стремянка/стремянки
кровать/кровати матрас/матрасы подушка/подушки одеяло/одеяла полотенце/полотенца
скатерть/скатерти занавеска/занавески ковер/ковры зеркало/зеркала шкаф/шкафы
комод/комоды табурет/табуреты кресло/кресла диван/диваны сковорода/сковороды
кастрюля/кастрюли тарелка/тарелки стакан/стаканы вилка/вилки ложка/ложки
термос/термосы скороварка/скороварки противень/противни велосипед/велосипеды самокат/самокаты
рюкзак/рюкзаки палатка/палатки спальник/спальники фонарь/фонари бинокль/бинокли
наушники/наушников колонка/колонки клавиатура/клавиатуры монитор/мониторы принтер/принтеры
"""
NOUNS = dict(pair.split("/") for pair in _FORMS.split())
BRANDS = ["Борей", "Вектор", "Гранит", "Дельта", "Заря", "Искра", "Кедр", "Лотос", "Маяк", "Норд"]
ADJECTIVES = [
    *("складной", "настольный", "садовый", "керамический", "беспроводной"),
    *("кухонный", "детский", "дорожный", "стальной", "мягкий"),
]

_TABLE = "а a б b в v г g д d е e ж zh з z и i й i к k л l м m н n о o п p р r с s т t у u ф f х kh ц ts ч ch ш sh"
_LATIN = [*_TABLE.split(), *("щ", "shch", "ъ", "", "ы", "y", "ь", "", "э", "e", "ю", "iu", "я", "ia")]
_PASSPORT = dict(zip(_LATIN[::2], _LATIN[1::2], strict=True))
_CHAT = {**_PASSPORT, "й": "j", "х": "h", "ц": "c", "щ": "sch", "ю": "yu", "я": "ya", "ы": "y", "э": "e"}
_MAIL = {**_CHAT, "й": "y", "ю": "ju", "я": "ja", "х": "kh", "ц": "ts"}
_QWERTY = dict(
    zip("ёйцукенгшщзхъфывапролджэячсмитьбю", "`qwertyuiop[]asdfghjkl;'zxcvbnm,.", strict=True),
)


def _gtin(number: int) -> str:
    body = f"460{number:09d}"
    check = -sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(body)) % 10
    return f"{body}{check}"


def offers() -> list[Described]:
    """Sixty offers: one for each noun."""
    return [
        Described(
            name=f"{noun.capitalize()} {ADJECTIVES[place * 7 % 10]} {BRANDS[place % 10]}",
            model=f"{'KDXF'[place % 4]}{'LMN'[place % 3]}-{40 + place}X{900 + place * 7}{'ABCDE'[place % 5]}",
            category=f"Раздел {place // 6}",
            ext_id=f"art.{10_000 + place}",
            gtin=_gtin(7_000 + place * 13),
        )
        for place, noun in enumerate(NOUNS)
    ]


def slip(word: str, place: int) -> str:
    """A word with one slip, never in its first letter: letters swapped, one missing, one doubled, or one wrong."""
    at = 1 + place * 5 % (len(word) - 2)
    swapped = word[:at] + word[at + 1] + word[at] + word[at + 2 :]
    missing = word[:at] + word[at + 1 :]
    doubled = word[: at + 1] + word[at:]
    wrong = word[:at] + "абвгдеиклмнопрст".replace(word[at], "")[place * 7 % 15] + word[at + 1 :]
    return (swapped, missing, doubled, wrong)[place % 4]


def in_english_layout(word: str) -> str:
    """A Russian word as typed with the keyboard left in English, б and ю being , and . there."""
    return "".join(_QWERTY.get(letter, letter) for letter in word)


def in_latin(word: str, place: int) -> str:
    """A Russian word in Latin letters, by one of three usual tables."""
    table = (_PASSPORT, _CHAT, _MAIL)[place % 3]
    return "".join(table.get(letter, letter) for letter in word)


def otherwise(model: str, place: int) -> str:
    """A model with other punctuation and case, or none."""
    ways = (
        model.replace("-", ""),
        model.replace("-", " ").lower(),
        model.replace("-", "/"),
        model.replace("X", " x ").replace("-", "_"),
    )
    return ways[place % 4]


def typos() -> list[str]:
    """Each noun with one slip."""
    return [slip(noun, place) for place, noun in enumerate(NOUNS)]


def forms() -> list[str]:
    """Each noun in another number or case."""
    return list(NOUNS.values())


def layouts() -> list[str]:
    """Each noun in the wrong layout."""
    return list(map(in_english_layout, NOUNS))


def translits() -> list[str]:
    """Each noun in Latin letters."""
    return [in_latin(noun, place) for place, noun in enumerate(NOUNS)]


def model_codes() -> list[str]:
    """Each model with other punctuation."""
    return [otherwise(offer.model, place) for place, offer in enumerate(offers())]


def barcodes() -> list[str]:
    """Each barcode as scanned, or with the leading zero of a GTIN-14."""
    return [offer.gtin if place % 2 else f"0{offer.gtin}" for place, offer in enumerate(offers())]
