"""A line of a report says in words where a fault is: suppliers do not know our notation."""

import pytest

from chalicelib.pricelists.reading.faults import fault, stored_fault
from chalicelib.pricelists.report_page import fault_line
from chalicelib.texts import Language


@pytest.mark.parametrize(("line", "ext_id", "language", "begins"), [
    (2, "A1", "ru", "Строка 2, товар A1: В поле «unit»"), (2, "A1", "en", "Line 2, product A1: Field \"unit\""),
    (2, None, "ru", "Строка 2: В поле"), (None, "A1", "en", "Product A1: Field"), (None, None, "ru", "В поле"),
    (2, "{line}", "ru", "Строка 2, товар {line}: В поле"),
])  # fmt: skip
def test_the_line_and_the_product_are_named(
    line: int | None, ext_id: str | None, language: Language, begins: str
) -> None:
    found = stored_fault(fault("control_in_text", line, ext_id=ext_id, field="unit", value="U+0007"))
    assert fault_line(found, language, "csv").startswith(begins)
