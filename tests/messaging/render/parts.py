"""The visible text of a mail's HTML, and every address in it."""

from html.parser import HTMLParser


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []
        self.addresses: list[tuple[str, str, str]] = []
        self.tags: list[tuple[str, dict[str, str]]] = []
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        self.tags.append((tag, values))
        self.addresses += [
            (tag, name, values[name]) for name in ("href", "src", "background", "srcset", "action") if name in values
        ]
        unseen = tag in ("style", "title", "script") or "preheader" in values.get("class", "")
        if unseen or (self._silent and tag not in ("meta", "br", "img", "link")):
            self._silent += 1

    def handle_endtag(self, tag: str) -> None:
        if self._silent:
            self._silent -= 1

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.words.append(data)


def visible_text(html: str) -> str:
    """What a person reads, spaces collapsed."""
    reader = _Reader()
    reader.feed(html)
    return squeezed(" ".join(reader.words))


def addresses(html: str) -> list[tuple[str, str, str]]:
    """Every address as (tag, attribute, address)."""
    reader = _Reader()
    reader.feed(html)
    return reader.addresses


def tags(html: str) -> list[tuple[str, dict[str, str]]]:
    reader = _Reader()
    reader.feed(html)
    return reader.tags


def squeezed(text: str) -> str:
    return " ".join(text.split())
