"""XML files of any format: what expat is given of them, and what is wrong with those that it cannot read."""

from collections.abc import Callable
from typing import Final
from xml.parsers.expat import ParserCreate, XMLParserType, errors

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


def new_parser(
    start: Callable[[str, dict[str, str]], None],
    end: Callable[[str], None],
    characters: Callable[[str], None],
    doctype: Callable[..., None],
    entity: Callable[..., None],
) -> XMLParserType:
    """Return a parser that calls these; ``entity`` is called for whatever declares or needs an entity of a file's own.

    That has to end the reading, and so has a ``doctype`` that brings declarations: expat would expand what they say.
    """
    parser = ParserCreate()
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = doctype
    parser.EntityDeclHandler = entity
    parser.SkippedEntityHandler = entity
    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = characters
    return parser


class Characters:
    """The characters of an XML file for its parser; ``lines_above`` counts empty lines, which that does not get."""

    def __init__(self, text: Text) -> None:
        self.lines_above = 0
        self._text = text
        self._begun = False

    def read(self) -> str | None:
        """Return the next characters, None at the end. Raises PriceListRejected."""
        piece = self._text.read()
        if piece and not self._begun:
            # Nothing may stand before the declaration, but an empty line does no harm.
            self.lines_above += piece.count("\n", 0, len(piece) - len(piece.lstrip()))
            piece = piece.lstrip()
            self._begun = bool(piece)
        return piece
