from postpurchase.api.document import document
from postpurchase.api.guide import READING_ORDER, chapters


def test_the_guide_has_every_chapter_in_the_order_in_which_a_shop_needs_it():
    assert [chapter.name for chapter in chapters(document())] == list(READING_ORDER)
