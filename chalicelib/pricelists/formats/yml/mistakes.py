"""What is wrong with an XML file that its parser cannot read, by the parser's error codes."""

from typing import Final
from xml.parsers.expat import errors

from chalicelib.pricelists.reading.faults import Fault, fault
from chalicelib.pricelists.reading.text import Text

_UNDEFINED_ENTITY: Final = errors.codes[errors.XML_ERROR_UNDEFINED_ENTITY]
_BAD_REFERENCE: Final = errors.codes[errors.XML_ERROR_BAD_CHAR_REF]
_MISMATCH: Final = errors.codes[errors.XML_ERROR_TAG_MISMATCH]
_WHY: Final = {
    errors.codes[message]: why
    for message, why in (
        (errors.XML_ERROR_TAG_MISMATCH, "tag_open"),
        (errors.XML_ERROR_NO_ELEMENTS, "end"),
        (errors.XML_ERROR_UNCLOSED_TOKEN, "end"),
        (errors.XML_ERROR_PARTIAL_CHAR, "end"),
        (errors.XML_ERROR_UNCLOSED_CDATA_SECTION, "end"),
        (errors.XML_ERROR_INVALID_TOKEN, "xml_sign"),
        (errors.XML_ERROR_JUNK_AFTER_DOC_ELEMENT, "after_end"),
        (errors.XML_ERROR_DUPLICATE_ATTRIBUTE, "attribute_repeated"),
        (errors.XML_ERROR_MISPLACED_XML_PI, "declaration"),
    )
}


def mistake(code: int, line: int, column: int, path: list[tuple[str, int]], text: Text) -> Fault:
    """Return the fault of a file that the parser could not read; ``path`` are the open elements with their lines."""
    if code == _UNDEFINED_ENTITY:
        return fault("xml_dtd", line)
    shown = text.line(line)
    if code == _BAD_REFERENCE:
        return fault("control_character", line, value=shown[column:].partition(";")[0] + ";")
    why = _WHY.get(code, "other")
    if path and why in {"tag_open", "end"}:
        tag, opened = path[-1]
        return fault("syntax_xml", line, why="tag_open", value=shown.strip(), tag=tag[:100], opened=opened)
    return fault("syntax_xml", line, why=why, value=shown[max(0, column - 40) :].strip())
