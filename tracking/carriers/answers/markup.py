"""XML from outside, read by expat: elements with attributes and text, nothing declared, nothing fetched.

A document type is where entities are declared that grow to gigabytes or name files; no carrier needs one, so it is
refused. Depth is bounded, because whoever walks the tree may call itself.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from xml.parsers import expat

from tracking.carriers.answers.base import CarrierTrouble, Trouble

DEEPEST = 50


@dataclass(slots=True)
class Element:
    """One element. Names are without their namespace's prefix; ``text`` is what it holds itself."""

    tag: str
    attributes: dict[str, str]
    children: list["Element"] = field(default_factory=list)
    text: str = ""

    def below(self) -> Iterator["Element"]:
        """Yield all elements below this one, in document order."""
        for child in self.children:
            yield child
            yield from child.below()


def xml_tree(body: bytes) -> Element:
    """Return the root element of an XML body. Raises ``CarrierTrouble`` for anything else."""
    parser = expat.ParserCreate()
    top = Element("", {})
    open_elements = [top]

    def refuse(*_: object) -> None:
        raise CarrierTrouble(Trouble.NONSENSE, "a document type")

    def start(name: str, attributes: dict[str, str]) -> None:
        if len(open_elements) > DEEPEST:
            raise CarrierTrouble(Trouble.NONSENSE, "nested too deeply")
        element = Element(_local(name), {_local(key): value for key, value in attributes.items()})
        open_elements[-1].children.append(element)
        open_elements.append(element)

    def end(_: str) -> None:
        open_elements.pop()

    def add(text: str) -> None:
        open_elements[-1].text += text

    parser.StartDoctypeDeclHandler = refuse
    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = add
    parser.buffer_text = True
    try:
        parser.Parse(body, True)
    except (expat.ExpatError, ValueError, LookupError):
        raise CarrierTrouble(Trouble.NONSENSE, "not XML") from None
    return top.children[0]


def _local(name: str) -> str:
    return name.rpartition(":")[2]
