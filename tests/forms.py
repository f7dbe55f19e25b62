"""What a page of the console has for a browser: forms, links and words."""

from dataclasses import dataclass, field
from html.parser import HTMLParser


@dataclass
class SentForm:
    """A form of a page: where it leads, its fields as a browser would send them, and its buttons."""

    action: str
    fields: dict[str, str] = field(default_factory=dict)


class Reader(HTMLParser):
    """Collects the forms of a page, its links and what it says."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[SentForm] = []
        self.links: list[str] = []
        self.texts: list[str] = []
        self._area = self._select = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        has = {name: value or "" for name, value in attrs}
        self.links += [has[name] for name in ("href", "src") if name in has]
        if tag == "form":
            self.forms.append(SentForm(has.get("action", "")))
        elif tag == "input" and self.forms and has.get("name"):
            if has.get("type") not in {"radio", "checkbox"} or "checked" in has:
                self.forms[-1].fields[has["name"]] = has.get("value", "")
        elif tag == "textarea":
            self._area = has["name"]
            self.forms[-1].fields[self._area] = ""
        elif tag == "select":
            self._select = has["name"]
        elif tag == "option" and self._select and (self._select not in self.forms[-1].fields or "selected" in has):
            self.forms[-1].fields[self._select] = has.get("value", "")

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            self._area = ""
        elif tag == "select":
            self._select = ""

    def handle_data(self, data: str) -> None:
        if self._area:
            self.forms[-1].fields[self._area] += data.removeprefix("\n")
        self.texts.append(data)
