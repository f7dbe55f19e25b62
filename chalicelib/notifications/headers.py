"""Headers of mails that hold people's text, folded by themselves.

``EmailMessage`` of Python 3.11 loses the space between two encoded words where it folds, and writes empty ones; the
older ``email.header`` does neither. Its policies keep a value that can fold itself as it is.
"""

import re
from email.header import Header
from email.policy import Policy
from urllib.parse import quote

# RFC 5322, 2.1.1; RFC 2047, 2: a line with an encoded word has 76 characters at most.
_LINE = 78
_ENCODED_LINE = 76
# RFC 5322, 3.2.3: an atom; of a phrase that is more than atoms, every part is quoted or encoded.
_ATOMS = re.compile(r"[\w!#$%&'*+/=?^`{|}~-]+(?: [\w!#$%&'*+/=?^`{|}~-]+)*", re.ASCII)
_NAME = re.compile(r"[\w !#$%&'()+,.=@^`{}~\[\];-]+", re.ASCII)
# RFC 2231, 7 and RFC 5987: what a value needs not encode.
_PLAIN = "!#$&+-.^_`|~"


class FoldedHeader(str):
    """A header in lines that can be sent; as a str, its value as it goes out."""

    name: str
    # The email package looks for faults that parsing found in a header.
    defects: tuple[Exception, ...] = ()

    def __new__(cls, name: str, lines: str) -> "FoldedHeader":
        """Return the header ``name`` with this value, whose lines after the first begin with a space."""
        made = super().__new__(cls, lines)
        made.name = name
        return made

    def fold(self, *, policy: Policy) -> str:
        """Return the header as it is sent: what ``EmailPolicy`` calls of a value with a name."""
        return f"{self.name}: {policy.linesep.join(self.splitlines())}{policy.linesep}"


def text_header(name: str, text: str) -> FoldedHeader:
    """Return a header of one line of free text, such as a subject."""
    return FoldedHeader(name, _encoded(name, text) if _needs_encoding(name, text) else _folded(name, text))


def address_header(name: str, display_name: str, address: str) -> FoldedHeader:
    """Return a header with one address, which is ASCII, and the name of whose it is, "" for none."""
    if not display_name:
        return FoldedHeader(name, address)
    phrase = display_name
    if not _ATOMS.fullmatch(phrase):
        phrase = '"' + display_name.replace("\\", "\\\\").replace('"', '\\"') + '"'
    # The space between a name in ASCII and the address may be a line break, those within it stay as they are.
    if _needs_encoding(name, display_name) or len(name) + 2 + len(phrase) > _LINE:
        phrase = _encoded(name, display_name)
    last = phrase.rpartition("\n")[2]
    room = len(last) + len(address) + 3 + (len(name) + 2 if last == phrase else 0) <= _LINE
    return FoldedHeader(name, f"{phrase}{' ' if room else chr(10) + ' '}<{address}>")


def attachment_header(file_name: str) -> FoldedHeader:
    """Return the disposition of an attachment with this name, by RFC 2231 where it is not plain ASCII."""
    name = "Content-Disposition"
    if _NAME.fullmatch(file_name) and len(file_name) <= _LINE - len(' filename=""'):
        return FoldedHeader(name, f'attachment;\n filename="{file_name}"')
    pieces, first = [""], "utf-8''"
    for character in file_name:
        encoded = quote(character, safe=_PLAIN)
        # A continuation begins like this and ends with a semicolon.
        taken = len(f" filename*{len(pieces) - 1}*=;") + (len(first) if len(pieces) == 1 else 0)
        if taken + len(pieces[-1]) + len(encoded) > _LINE:
            pieces.append("")
        pieces[-1] += encoded
    pieces[0] = first + pieces[0]
    if len(pieces) == 1:
        return FoldedHeader(name, f"attachment;\n filename*={pieces[0]}")
    lines = [f" filename*{place}*={piece}" for place, piece in enumerate(pieces)]
    return FoldedHeader(name, "attachment;\n" + ";\n".join(lines))


def _needs_encoding(name: str, text: str) -> bool:
    """Whether the text is not ASCII, could be taken for encoded, or has a word that fits in no line."""
    longest = max(map(len, text.split(" ")), default=0)
    return not text.isascii() or "=?" in text or len(name) + 2 + longest > _LINE - 4


def _encoded(name: str, text: str) -> str:
    return Header(text, "utf-8", _ENCODED_LINE, name).encode()


def _folded(name: str, text: str) -> str:
    """Break ASCII text, whose words are separated by single spaces, before a word that no longer fits."""
    lines, room = [""], _LINE - len(name) - 2
    for word in text.split(" "):
        if lines[-1] and len(lines[-1]) + 1 + len(word) > room:
            lines.append(" " + word)
            room = _LINE
        else:
            lines[-1] += f" {word}" if lines[-1] else word
    return "\n".join(lines)
