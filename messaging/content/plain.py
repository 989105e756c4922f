"""A mail's blocks as plain text: one function per kind of block, named after it."""

import textwrap
from collections.abc import Callable
from typing import Any

from messaging.content import blocks as b

WIDTH = 72


def render_text(mail: b.Mail) -> str:
    """Return the text part: the same blocks in the same order as the HTML part, at most ``WIDTH`` characters wide."""
    parts = [RENDERERS[block.kind](block) for block in (*mail.blocks, mail.footer)]
    return "\n\n".join(part for part in parts if part) + "\n"


def _picture(block: b.Picture) -> str:
    return ""


def _title(block: b.Title) -> str:
    above = f"{block.above}\n" if block.above else ""
    title = _wrapped(block.text)
    return f"{above}{title}\n{'=' * max(map(len, title.splitlines()))}"


def _heading(block: b.Heading) -> str:
    title = _wrapped(block.text)
    return f"{title}\n{'-' * max(map(len, title.splitlines()))}"


def _paragraph(block: b.Paragraph) -> str:
    return _wrapped(block.text)


def _highlight(block: b.Highlight) -> str:
    remark = f" ({block.remark})" if block.remark else ""
    return _wrapped(f"{block.label}: {block.value}{remark}")


def _quote(block: b.Quote) -> str:
    return "\n".join([f"{block.label}:", *(_indented(line) for line in block.text.splitlines())])


def _button(block: b.Button) -> str:
    return f"{block.label}:\n{block.url}"


def _progress(block: b.Progress) -> str:
    return " > ".join(f"[{stop}]" if index == block.at else stop for index, stop in enumerate(block.stops))


def _items(block: b.Items) -> str:
    rows = [_item(item) for item in block.items]
    return "\n".join([*rows, *([block.more] if block.more else [])])


def _item(item: b.Item) -> str:
    return f"{_bullet(item.name)}\n{_two_ends(f'  {item.detail}', item.price)}"


def _recommendations(block: b.Recommendations) -> str:
    return "\n\n".join(f"{_bullet(one.name)}\n{_indented(one.why)}\n  {one.url}" for one in block.recommended)


def _totals(block: b.Totals) -> str:
    return "\n".join(_two_ends(row.label, row.value) for row in block.rows)


def _details(block: b.Details) -> str:
    return "\n".join(f"{label}: {value}" for label, value in block.rows)


def _notice(block: b.Notice) -> str:
    return _wrapped(block.title) + "\n" + _wrapped(block.text)


def _scores(block: b.Scores) -> str:
    return "\n".join([f"{block.low}, {block.high}", "", *(f"{score.label}: {score.url}" for score in block.scores)])


def _rule(block: b.Rule) -> str:
    return "-" * 8


def _footer(block: b.Footer) -> str:
    links = "\n".join(f"{label}: {url}" for label, url in block.links)
    # Two hyphens and a space: what follows is the signature (RFC 3676 4.3).
    return "\n\n".join(filter(None, [f"-- \n{_wrapped(block.reason)}", links, block.imprint]))


def _wrapped(text: str) -> str:
    return "\n".join(
        textwrap.fill(line, WIDTH, break_long_words=False, break_on_hyphens=False) for line in text.splitlines()
    )


def _bullet(text: str) -> str:
    return textwrap.fill(text, WIDTH, initial_indent="- ", subsequent_indent="  ", break_long_words=False)


def _indented(text: str) -> str:
    return textwrap.fill(text, WIDTH, initial_indent="  ", subsequent_indent="  ", break_long_words=False)


def _two_ends(left: str, right: str) -> str:
    """Set ``right`` against the right edge, or a space away where the line is full."""
    return f"{left}{' ' * max(1, WIDTH - len(left) - len(right))}{right}" if right else left


RENDERERS: dict[str, Callable[[Any], str]] = {
    "picture": _picture,
    "title": _title,
    "heading": _heading,
    "paragraph": _paragraph,
    "highlight": _highlight,
    "quote": _quote,
    "button": _button,
    "progress": _progress,
    "items": _items,
    "recommendations": _recommendations,
    "totals": _totals,
    "details": _details,
    "notice": _notice,
    "scores": _scores,
    "rule": _rule,
    "footer": _footer,
}
