import uuid

from postpurchase.lib.ids import uuid7, uuid7s


def test_uuid7_has_version_and_variant_of_the_standard() -> None:
    made = uuid7()

    assert (made.version, made.variant) == (7, uuid.RFC_4122)


def test_ids_made_one_after_the_other_sort_in_that_order() -> None:
    made = [uuid7() for _ in range(5_000)]

    assert made == sorted(made)
    assert len(set(made)) == 5_000


def test_many_at_once_stand_between_those_made_before_and_after() -> None:
    made = [uuid7(), *uuid7s(5_000), uuid7(), *uuid7s(0)]

    assert made == sorted(made)
    assert len(set(made)) == 5_002
    assert {(one.version, one.variant) for one in made} == {(7, uuid.RFC_4122)}
