"""What a mail is made of. Each block is rendered twice, to HTML and to text, so that the two parts never differ.

A block's ``kind`` names its template ``templates/messaging/email/blocks/<kind>.html`` and its function in ``plain.py``.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar


@dataclass(frozen=True, slots=True)
class Picture:
    """One of our illustrations (``static/img/mail/<name>.png``). Decoration: what it says, the words say too."""

    kind: ClassVar[str] = "picture"
    name: str


@dataclass(frozen=True, slots=True)
class Title:
    """The mail's one big line, with a small line above it."""

    kind: ClassVar[str] = "title"
    text: str
    above: str = ""


@dataclass(frozen=True, slots=True)
class Heading:
    kind: ClassVar[str] = "heading"
    text: str


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Running text; ``quiet`` is smaller and paler. Line breaks are kept."""

    kind: ClassVar[str] = "paragraph"
    text: str
    quiet: bool = False


@dataclass(frozen=True, slots=True)
class Highlight:
    """The one fact people look for: a label, the fact in big letters, and a remark below."""

    kind: ClassVar[str] = "highlight"
    label: str
    value: str
    remark: str = ""


@dataclass(frozen=True, slots=True)
class Quote:
    """What somebody wrote, as they wrote it: text, with its line breaks, below a label that says whose words."""

    kind: ClassVar[str] = "quote"
    label: str
    text: str


@dataclass(frozen=True, slots=True)
class Button:
    """A link to act on; ``quiet`` for the second choice."""

    kind: ClassVar[str] = "button"
    label: str
    url: str
    quiet: bool = False


@dataclass(frozen=True, slots=True)
class Progress:
    """The parcel's way. ``at`` is the index of the stop it is at; ``warn`` when something is wrong there."""

    kind: ClassVar[str] = "progress"
    stops: tuple[str, ...]
    at: int
    warn: bool = False


@dataclass(frozen=True, slots=True)
class Item:
    """One article. ``initial`` stands in where there is no picture."""

    name: str
    detail: str
    price: str
    picture_url: str
    initial: str


@dataclass(frozen=True, slots=True)
class Items:
    """A list of articles; ``more`` says what was left out."""

    kind: ClassVar[str] = "items"
    items: tuple[Item, ...]
    more: str = ""


@dataclass(frozen=True, slots=True)
class Recommended:
    """An article somebody may want, with the reason. ``initial`` stands in where there is no picture."""

    name: str
    why: str
    url: str
    picture_url: str
    initial: str


@dataclass(frozen=True, slots=True)
class Recommendations:
    """Articles that lead into the shop. Advertising: for marketing mails only (``MessageFacts.recommended``)."""

    kind: ClassVar[str] = "recommendations"
    recommended: tuple[Recommended, ...]


@dataclass(frozen=True, slots=True)
class Total:
    label: str
    value: str
    strong: bool = False


@dataclass(frozen=True, slots=True)
class Totals:
    kind: ClassVar[str] = "totals"
    rows: tuple[Total, ...]


@dataclass(frozen=True, slots=True)
class Details:
    """Short facts: label and value. A value may have several lines."""

    kind: ClassVar[str] = "details"
    rows: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Notice:
    """A box that stands out. ``tone`` is ``info`` or ``warn``."""

    kind: ClassVar[str] = "notice"
    title: str
    text: str
    tone: str = "info"


@dataclass(frozen=True, slots=True)
class Score:
    """One answer of a scale; ``spoken`` is what a screen reader says."""

    label: str
    spoken: str
    url: str


@dataclass(frozen=True, slots=True)
class Scores:
    """A question with a row of answers, and a word for either end."""

    kind: ClassVar[str] = "scores"
    scores: tuple[Score, ...]
    low: str
    high: str


@dataclass(frozen=True, slots=True)
class Rule:
    """A thin line between two subjects."""

    kind: ClassVar[str] = "rule"


@dataclass(frozen=True, slots=True)
class Footer:
    """Who writes, why, and how to stop it: ``reason`` first, then links, then the imprint."""

    kind: ClassVar[str] = "footer"
    reason: str
    links: tuple[tuple[str, str], ...]
    imprint: str


Block = (
    Picture
    | Title
    | Heading
    | Paragraph
    | Highlight
    | Quote
    | Button
    | Progress
    | Items
    | Recommendations
    | Totals
    | Details
    | Notice
    | Scores
    | Rule
    | Footer
)


@dataclass(frozen=True, slots=True)
class Mail:
    """A finished mail in no format yet. ``preheader`` is what inboxes show beside the subject.

    ``markup`` is what programs may read of it (schema.org), empty where they need nothing.
    """

    language: str
    subject: str
    preheader: str
    blocks: tuple[Block, ...]
    footer: Footer
    markup: Mapping[str, Any] = field(default_factory=dict)
