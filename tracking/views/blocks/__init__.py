"""What the tracking page is made of. Adding a block: a file here, a template of its name, a line in ``BLOCKS``."""

from tracking.views.blocks import (
    buyer,
    contact,
    items,
    parcels,
    points,
    problems,
    questions,
    recommendations,
    report,
    sentiment,
    unsent,
)
from tracking.views.blocks.base import Block, ShownBlock
from tracking.views.visit import Visit

# In the order in which they stand on the page.
BLOCKS: tuple[Block, ...] = (
    problems.BLOCK,
    parcels.BLOCK,
    sentiment.BLOCK,
    unsent.BLOCK,
    items.BLOCK,
    buyer.BLOCK,
    recommendations.BLOCK,
    points.BLOCK,
    report.BLOCK,
    questions.BLOCK,
    contact.BLOCK,
)


def shown_blocks(visit: Visit) -> list[ShownBlock]:
    """Return the blocks that have something to show, in their order."""
    return [
        ShownBlock(block.name, block.template, shown) for block in BLOCKS if (shown := block.read(visit)) is not None
    ]
