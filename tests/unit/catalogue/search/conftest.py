"""Engines here have no tables to read synonyms from."""

import pytest

from chalicelib.catalogue.search.kept_synonyms import KeptSynonyms
from chalicelib.catalogue.search.stemmers import STEMS
from chalicelib.catalogue.search.synonyms import Synonyms


@pytest.fixture(autouse=True)
def _no_synonyms(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(KeptSynonyms, "present", lambda _: Synonyms((), STEMS))
