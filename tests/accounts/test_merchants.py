"""A merchant comes to life whole or not at all."""

import pytest
from django.core.exceptions import ValidationError

from postpurchase.accounts.models import Membership, Merchant, Role, Store, User
from postpurchase.accounts.scoping import all_merchants, merchant_scope
from postpurchase.accounts.services.merchants import add_member, create_merchant


def test_a_merchant_has_its_default_store_from_the_start(db, now):
    merchant = create_merchant(slug="kaffee", name="Kaffee & Korn", sender_email="post@kaffee.example.com", now=now)

    with merchant_scope(merchant.id):
        assert list(Store.objects.values_list("slug", "name", "sender_name", "sender_email", "tone")) == [
            ("default", "Kaffee & Korn", "Kaffee & Korn", "post@kaffee.example.com", "sie")
        ]


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"slug": "dashboard"}, "slug"),
        ({"slug": "api"}, "slug"),
        ({"slug": "Groß"}, "slug"),
        ({"slug": "lindenhof"}, "slug"),
        ({"sender_email": "nobody"}, "sender_email"),
        ({"merchant_fields": {"time_zone": "Europe/Atlantis"}}, "time_zone"),
        ({"store_fields": {"accent_colour": "red"}}, "accent_colour"),
        ({"store_fields": {"tone": "ihr"}}, "tone"),
    ],
)
def test_wrong_input_names_the_field_and_stores_nothing(merchant, now, fields, field):
    values = {"slug": "new", "name": "New", "sender_email": "a@example.com", **fields}

    with pytest.raises(ValidationError) as refused:
        create_merchant(**values, now=now)

    assert set(refused.value.message_dict) == {field}
    with all_merchants("test"):
        assert list(Merchant.objects.values_list("slug", flat=True)) == ["lindenhof"]


def test_a_member_has_one_role_that_can_change(merchant, other_merchant, now):
    user = User.objects.create_user(email="Chefin@Example.com", password=None)

    with merchant_scope(merchant.id):
        add_member(merchant=merchant, user=user, role=Role.SUPPORT, now=now)
        add_member(merchant=merchant, user=user, role=Role.OWNER, now=now)

        assert list(Membership.objects.values_list("user__email", "role")) == [("chefin@example.com", "owner")]
    with merchant_scope(other_merchant.id):
        assert Membership.objects.count() == 0
