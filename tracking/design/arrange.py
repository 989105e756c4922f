"""Which blocks stand on the page, and in which order. Pure: names in, names out."""

from collections.abc import Collection, Sequence

from tracking.design.content import PageDesign


def arranged(design: PageDesign, *, blocks: Sequence[str], mandatory: Collection[str]) -> list[str]:
    """Return the names of the blocks to show, in their order.

    ``blocks`` are all there are, in our order. A block the merchant has not seen yet (it came with an update) stands
    where we put it: behind the one it follows in our order. What is ``mandatory`` is shown whatever the design says.
    """
    return [name for name in in_order(design.order, blocks=blocks) if name in mandatory or name not in design.hidden]


def in_order(order: Sequence[str], *, blocks: Sequence[str]) -> list[str]:
    """Return all blocks, those that ``order`` names in that order, each other one behind the one it follows in ours."""
    result = [name for name in dict.fromkeys(order) if name in blocks]
    for position, name in enumerate(blocks):
        if name not in result:
            before = blocks[position - 1] if position else ""
            result.insert(result.index(before) + 1 if before else 0, name)
    return result
