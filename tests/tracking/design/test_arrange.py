"""Which blocks stand on the page, in which order."""

from hypothesis import given
from hypothesis import strategies as st

from tracking.design.arrange import arranged, in_order
from tracking.design.content import PageDesign

BLOCKS = ("parcels", "unsent", "items", "questions", "contact")


def test_without_a_wish_the_page_is_in_our_order() -> None:
    assert arranged(PageDesign(), blocks=BLOCKS, mandatory={"parcels"}) == list(BLOCKS)


def test_a_merchants_order_holds_and_what_is_mandatory_cannot_be_taken_away() -> None:
    design = PageDesign(
        order=("contact", "questions", "parcels", "unsent", "items"), hidden=("parcels", "items", "gone")
    )

    assert arranged(design, blocks=BLOCKS, mandatory={"parcels"}) == ["contact", "questions", "parcels", "unsent"]


def test_a_new_block_stands_behind_the_one_it_follows_in_our_order() -> None:
    old = ("contact", "parcels", "questions")

    assert in_order(old, blocks=BLOCKS) == ["contact", "parcels", "unsent", "items", "questions"]
    assert in_order(("unsent",), blocks=BLOCKS)[0] == "parcels"


@given(st.lists(st.sampled_from([*BLOCKS, "gone"]), max_size=8))
def test_every_block_stands_there_once_whatever_is_stored(order: list[str]) -> None:
    assert sorted(in_order(order, blocks=BLOCKS)) == sorted(BLOCKS)
