"""People at the dashboard: one of each role, and the stranger's owner; a merchant with a row in every table."""

from dataclasses import dataclass

import pytest
from django.test import Client

from postpurchase.accounts.models import Merchant, MerchantModel, Role, User
from postpurchase.accounts.scoping import merchant_scope
from postpurchase.accounts.services.merchants import add_member
from tests.conftest import NOW, make_world
from tests.tenancy.rows import fill_world


def sign_in(merchant: Merchant, role: Role) -> Client:
    """A browser in which somebody with this role is signed in; German unless they ask otherwise."""
    user = User.objects.create_user(email=f"{role.value}@{merchant.slug}.example.com")
    with merchant_scope(merchant.id):
        add_member(merchant=merchant, user=user, role=role, now=NOW)
    client = Client(headers={"accept-language": "en"}, raise_request_exception=False)
    client.force_login(user)
    return client


@pytest.fixture
def owner(merchant: Merchant) -> Client:
    return sign_in(merchant, Role.OWNER)


@pytest.fixture
def manager(merchant: Merchant) -> Client:
    return sign_in(merchant, Role.MANAGER)


@pytest.fixture
def support(merchant: Merchant) -> Client:
    return sign_in(merchant, Role.SUPPORT)


@pytest.fixture
def reader(merchant: Merchant) -> Client:
    return sign_in(merchant, Role.READ_ONLY)


@pytest.fixture
def stranger(other_merchant: Merchant) -> Client:
    return sign_in(other_merchant, Role.OWNER)


@dataclass(frozen=True)
class Busy:
    """A merchant with a row in every table, by the models' labels, and a stranger. Made once for a module."""

    merchant: Merchant
    other_merchant: Merchant
    rows: dict[str, MerchantModel]


@pytest.fixture(scope="module")
def made_busy(standing_db) -> Busy:
    with standing_db.unblock():
        merchant, other_merchant = make_world("busy").merchant, make_world("busy-stranger").merchant
        with merchant_scope(merchant.id):
            made = fill_world(merchant, mark="MINE")
    return Busy(merchant, other_merchant, {model._meta.label: row for model, row in made.items()})


@pytest.fixture
def busy(made_busy: Busy, db: None) -> Busy:
    return made_busy
