"""The Snowball stemmers that the terms of every engine are made with. They are tantivy's."""

from collections.abc import Callable
from typing import Final

from tantivy import Filter, TextAnalyzerBuilder, Tokenizer

from chalicelib.catalogue.search.analysis import Stems


def _stemmer(language: str) -> Callable[[str], str]:
    analyzer = TextAnalyzerBuilder(Tokenizer.raw()).filter(Filter.stemmer(language)).build()
    return lambda word: analyzer.analyze(word)[0]


STEMS: Final = Stems(_stemmer("russian"), _stemmer("english"))
