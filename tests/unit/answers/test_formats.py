"""Answers describe every format that there is."""

from typing import get_args, get_type_hints

from chalicelib.answers import exports, imports
from chalicelib.exports.formats import FORMATS
from chalicelib.pricelists.reading.detect import Kind


def test_an_import_may_be_of_every_kind_that_is_detected() -> None:
    assert set(get_args(get_type_hints(imports.FileFormat)["kind"])) == set(get_args(Kind))


def test_an_export_may_be_of_every_format_that_is_written() -> None:
    assert set(get_args(exports.FileFormat)) == {name for names in FORMATS.values() for name in names}
