"""What the tracking page is made of. Adding a block: a file here, a template of its name, a line in ``BLOCKS``."""

from tracking.design.arrange import arranged
from tracking.views.blocks import (
    at_hand,
    badges,
    buyer,
    campaign,
    contact,
    free_shipping,
    how_tos,
    items,
    parcels,
    points,
    problems,
    questions,
    recommendations,
    report,
    sentiment,
    sms,
    unsent,
)
from tracking.views.blocks.base import Block, ShownBlock
from tracking.views.visit import Visit

# In the order in which they stand on the page, unless the merchant says otherwise.
BLOCKS: tuple[Block, ...] = (
    problems.BLOCK,
    parcels.BLOCK,
    sentiment.BLOCK,
    unsent.BLOCK,
    items.BLOCK,
    how_tos.BLOCK,
    buyer.BLOCK,
    sms.BLOCK,
    recommendations.BLOCK,
    campaign.BLOCK,
    points.BLOCK,
    badges.BLOCK,
    free_shipping.BLOCK,
    report.BLOCK,
    at_hand.BLOCK,
    questions.BLOCK,
    contact.BLOCK,
)


MANDATORY = frozenset(block.name for block in BLOCKS if block.mandatory)
_BY_NAME = {block.name: block for block in BLOCKS}


def shown_blocks(visit: Visit) -> list[ShownBlock]:
    """Return the blocks that have something to show, in the merchant's order and without those they took away."""
    names = arranged(visit.design, blocks=tuple(_BY_NAME), mandatory=MANDATORY)
    blocks = (_BY_NAME[name] for name in names)
    return [
        ShownBlock(block.name, block.template, shown) for block in blocks if (shown := block.read(visit)) is not None
    ]
