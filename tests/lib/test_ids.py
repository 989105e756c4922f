import uuid

from postpurchase.lib.ids import uuid7


def test_uuid7_has_version_and_variant_of_the_standard() -> None:
    made = uuid7()

    assert (made.version, made.variant) == (7, uuid.RFC_4122)


def test_ids_made_one_after_the_other_sort_in_that_order() -> None:
    made = [uuid7() for _ in range(5_000)]

    assert made == sorted(made)
    assert len(set(made)) == 5_000
