"""Which blocks the page shows, and in which order: numbers to write, or a step up and down."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods

from postpurchase.accounts.models.store import DEFAULT_STORE
from postpurchase.dashboard import page_words
from postpurchase.dashboard.access import Action, Member, member_page
from postpurchase.dashboard.views.tracking_page.frame import PageEditor, editor_of
from tracking.design.arrange import in_order
from tracking.views.blocks import BLOCKS, MANDATORY

NAMES = tuple(block.name for block in BLOCKS)


@dataclass(frozen=True, slots=True)
class BlockRow:
    """One block on the form. ``because`` says why it cannot be taken away, empty where it can."""

    name: str
    title: str
    note: str
    is_shown: bool
    because: str


@require_http_methods(["GET", "POST"])
@member_page(Action.EDIT_BRAND)
def blocks(request: HttpRequest, member: Member, store_slug: str = DEFAULT_STORE) -> HttpResponse:
    """Show the blocks of a store's page; a POST puts them in order."""
    editor = editor_of(member, store_slug)
    if request.method == "POST":
        order = _moved(_ordered(request, editor), request.POST.get("move", ""))
        hidden = tuple(name for name in order if name not in MANDATORY and f"shown-{name}" not in request.POST)
        editor.change(order=tuple(order), hidden=hidden)
        return editor.saved(request, "page_blocks")
    rows = [_row(name, editor) for name in in_order(editor.design.order, blocks=NAMES)]
    return editor.show(request, "blocks.html", section="blocks", rows=rows)


def _row(name: str, editor: PageEditor) -> BlockRow:
    is_mandatory = name in MANDATORY
    return BlockRow(
        name=name,
        title=page_words.block_title(name),
        note=page_words.block_note(name),
        is_shown=is_mandatory or name not in editor.design.hidden,
        because=page_words.why_always_there(name),
    )


def _ordered(request: HttpRequest, editor: PageEditor) -> list[str]:
    """The blocks by the numbers that were written; where two have the same, the earlier one stays first."""
    names = in_order(editor.design.order, blocks=NAMES)

    def place(name: str) -> int:
        written = request.POST.get(f"position-{name}", "")
        return int(written) if written.isascii() and written.isdigit() else names.index(name) + 1

    return sorted(names, key=place)


def _moved(names: list[str], move: str) -> list[str]:
    """Put one block a step up or down: ``up:points``."""
    direction, _colon, name = move.partition(":")
    if name not in names or direction not in ("up", "down"):
        return names
    position = names.index(name)
    target = position + (-1 if direction == "up" else 1)
    if 0 <= target < len(names):
        names[position], names[target] = names[target], names[position]
    return names
