"""The registry of the tracking page's blocks."""

from django.template.loader import get_template

from tracking.views.blocks import BLOCKS


def test_every_block_has_a_name_of_its_own_and_a_template() -> None:
    names = [block.name for block in BLOCKS]
    assert sorted(names) == sorted(set(names))
    for block in BLOCKS:
        assert get_template(block.template).template.name == f"tracking/blocks/{block.name}.html"


def test_nobody_can_take_the_parcels_away() -> None:
    assert [block.name for block in BLOCKS if block.mandatory] == ["problems", "parcels"]
