"""Filling the demo: through the services, and twice is once."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from django.db.models import Count, Sum

from loyalty.models import Badge, BadgeAward
from loyalty.services.review import review_all
from orders.models import Customer, FreeShipping, Insert, Order, OrderLine, Product
from orders.services.ingest import upsert_order
from postpurchase.accounts.models import ApiKey, Membership, Merchant, Store
from postpurchase.accounts.scoping import all_merchants, merchant_scope
from postpurchase.connectors.models import Connection
from postpurchase.connectors.registry import AGGREGATORS, CONNECTORS
from postpurchase.connectors.services.connections import connect_shop
from postpurchase.demo.bodies import Addresses
from postpurchase.demo.catalogue import CATEGORIES
from postpurchase.demo.page_extras import DESIGNS
from postpurchase.demo.problems import seed_problems
from postpurchase.demo.seed import load_history, open_shop, page_links, seed_connections, seed_merchant
from postpurchase.demo.shops import HASELSTUBE, WIMPEL
from postpurchase.demo.state import DemoState
from postpurchase.events.models import Event
from tests.orders.bodies import order_input
from tests.tracking.build import make_shipment
from tracking.campaigns.links import leads_to_the_shop, shop_places
from tracking.design.texts import own_texts
from tracking.models import Campaign, Case, CaseEntry, Checkpoint, PageDraft, PageVersion, Shipment
from tracking.selectors.carrier_codes import unmapped_codes
from tracking.selectors.page_designs import published_design
from tracking.views.blocks import BLOCKS

NOW = datetime(2026, 11, 22, 4, 30, tzinfo=UTC)
ADDRESSES = Addresses(product="http://127.0.0.1:8000", outside="http://127.0.0.1:8001")
STATE = DemoState(
    started_at=NOW,
    port=8000,
    mailbox_port=8001,
    smtp_port=8025,
    passwords={"haselstube": "ahorn-linde-12345", "wimpel": "tanne-ulme-54321"},
    twilio_sid="AC1",
    twilio_token="t",
)
MODELS = (
    ApiKey,
    Badge,
    Campaign,
    PageVersion,
    Case,
    CaseEntry,
    Checkpoint,
    Customer,
    Event,
    Membership,
    Order,
    OrderLine,
    Product,
    Shipment,
    Store,
)


def seed(shop, *, api_keys=None):
    """Open a shop and load its past; answers it and what it told of its progress."""
    state = replace(STATE, api_keys=api_keys or {})
    seeded = open_shop(shop, state=state, addresses=ADDRESSES, now=NOW)
    return seeded, list(load_history(seeded, started_at=NOW, now=NOW))


def counts():
    with all_merchants("the test counts everything"):
        return {model.__name__: model.objects.count() for model in MODELS}


@pytest.mark.django_db
def test_a_second_time_changes_nothing():
    first, told = seed(WIMPEL)
    before = counts()

    second, _ = seed(WIMPEL, api_keys={"wimpel": first.api_key})

    assert before["Order"] == before["Shipment"] == 60
    assert before["Product"] == 44
    assert before["Customer"] == 31
    assert before["Case"] == before["CaseEntry"] == 3
    assert counts() == before
    assert second == first
    assert told == [(20, 60), (40, 60), (60, 60)]


@pytest.mark.django_db
def test_what_goes_into_parcels_is_there_once_and_stays_as_it_was_changed():
    seeded, _ = seed(WIMPEL)
    with merchant_scope(seeded.merchant.id):
        assert (Insert.objects.count(), FreeShipping.objects.get().amount) == (3, 59)
        Insert.objects.exclude(name="Kleine Probe").delete()
        FreeShipping.objects.update(amount=70)

    seed(WIMPEL, api_keys={"wimpel": seeded.api_key})

    with merchant_scope(seeded.merchant.id):
        assert (Insert.objects.get().name, FreeShipping.objects.get().amount) == ("Kleine Probe", 70)


@pytest.mark.django_db
def test_history_is_backfill_and_right_to_the_cent():
    seeded, _ = seed(WIMPEL)

    with merchant_scope(seeded.merchant.id):
        assert Order.objects.aggregate(total=Sum("total"))["total"] == Decimal("1631.68")
        assert set(Order.objects.values_list("backfill", "status")) == {(True, "fulfilled")}
        newest = Order.objects.latest("placed_at")
        statuses = dict(Shipment.objects.values_list("status").annotate(Count("id")))
    assert newest.placed_at < NOW
    assert statuses["delivered"] >= 57
    assert sum(statuses.values()) == 60


@pytest.mark.django_db
def test_some_news_has_a_code_nobody_knows():
    seeded, _ = seed(WIMPEL)

    with merchant_scope(seeded.merchant.id):
        codes = unmapped_codes()
    assert {one.code for one in codes} == {"STUFE-9"}
    assert codes[0].example == "Interner Scan, Stufe 9"


@pytest.mark.django_db
def test_the_teams_queue_has_something_to_look_after():
    seeded, _ = seed(WIMPEL)

    with merchant_scope(seeded.merchant.id):
        cases = {case.reason: case for case in Case.objects.select_related("shipment")}
        texts = set(CaseEntry.objects.values_list("text", flat=True))
    assert set(cases) == {"damaged", "not_received", "missing_item"}
    assert {(case.state, case.source, case.shipment.status) for case in cases.values()} == {
        ("open", "shopper", "delivered")
    }
    assert all(texts)


@pytest.mark.django_db
def test_nobody_complains_about_what_travels_while_the_history_comes_in():
    seeded = open_shop(WIMPEL, state=STATE, addresses=ADDRESSES, now=NOW)
    with merchant_scope(seeded.merchant.id):
        today = upsert_order(merchant=seeded.merchant, data=order_input(external_id="WW-2001"), now=NOW).order
        shipment = make_shipment(seeded, today)
        Shipment.objects.update(status="delivered", delivered_at=NOW - timedelta(minutes=1))
        seed_problems(seeded.merchant, started_at=NOW)

        assert Shipment.objects.get() == shipment
        assert Case.objects.count() == 0


@pytest.mark.django_db
def test_the_shop_has_its_brand_owner_and_no_quiet_hours():
    seeded, _ = seed(WIMPEL)

    with merchant_scope(seeded.merchant.id):
        merchant, store, member = Merchant.objects.get(), Store.objects.get(), Membership.objects.get()
    assert (merchant.slug, merchant.is_demo, merchant.quiet_from) == ("wimpel-wiese", True, None)
    assert (store.name, store.tone, store.language) == ("Wimpel & Wiese", "du", "de")
    assert bytes(store.logo).startswith(b"\x89PNG")
    assert (member.role, member.user.email) == ("owner", "toni@wimpel-wiese.example.com")
    assert member.user.check_password("tanne-ulme-54321")


@pytest.mark.django_db
def test_what_the_merchant_changed_in_the_dashboard_stays():
    seeded, _ = seed(WIMPEL)
    with merchant_scope(seeded.merchant.id):
        Store.objects.update(accent_colour="#123456", tone="sie")

    seed(WIMPEL, api_keys={"wimpel": seeded.api_key})

    with merchant_scope(seeded.merchant.id):
        assert Store.objects.values_list("accent_colour", "tone").get() == ("#123456", "sie")


@pytest.mark.django_db
def test_links_lead_to_the_shoppers_pages():
    seeded, _ = seed(WIMPEL)
    with merchant_scope(seeded.merchant.id):
        number = Order.objects.latest("placed_at").external_id

    links = page_links(seeded.merchant, order_number=number, now=NOW)

    assert {name: url.split("/")[3] for name, url in links.items()} == {
        "tracking_url": "t",
        "survey_url": "s",
        "points_url": "p",
        "preferences_url": "u",
    }
    assert links == page_links(seeded.merchant, order_number=number, now=NOW)


@pytest.mark.django_db
def test_the_other_shop_is_not_touched():
    other, _ = seed(WIMPEL)
    with merchant_scope(other.merchant.id):
        before = Order.objects.count(), Product.objects.count(), Event.objects.count()

    seed(HASELSTUBE)

    with merchant_scope(other.merchant.id):
        assert (Order.objects.count(), Product.objects.count(), Event.objects.count()) == before


@pytest.mark.django_db
def test_every_make_of_shop_is_connected_and_keeps_its_secret():
    merchant = seed_merchant(WIMPEL, password="ahorn-linde-12345", addresses=ADDRESSES, now=NOW)

    first = seed_connections(merchant, secrets={}, now=NOW)
    second = seed_connections(merchant, secrets={}, now=NOW)

    assert set(first) == set(CONNECTORS | AGGREGATORS)
    assert second == first
    assert len(set(first.values())) == len(CONNECTORS | AGGREGATORS)
    with merchant_scope(merchant.id):
        assert Connection.objects.count() == len(CONNECTORS | AGGREGATORS)


@pytest.mark.django_db
def test_a_database_that_was_begun_anew_gets_the_secrets_of_last_time():
    merchant = seed_merchant(WIMPEL, password="ahorn-linde-12345", addresses=ADDRESSES, now=NOW)

    known = {name: f"the secret of {name}" for name in CONNECTORS | AGGREGATORS}

    assert seed_connections(merchant, secrets=known, now=NOW) == known


@pytest.mark.django_db
def test_a_secret_that_somebody_replaced_stays_and_is_told():
    merchant = seed_merchant(WIMPEL, password="ahorn-linde-12345", addresses=ADDRESSES, now=NOW)
    seed_connections(merchant, secrets={}, now=NOW)
    with merchant_scope(merchant.id):
        store = Store.objects.get()
        connect_shop(merchant=merchant, connector=CONNECTORS["own"], store=store, secret="replaced", now=NOW)

    assert seed_connections(merchant, secrets={}, now=NOW)["own"] == "replaced"


@pytest.mark.django_db
@pytest.mark.parametrize("shop", [HASELSTUBE, WIMPEL], ids=lambda shop: shop.key)
def test_the_tracking_page_is_edited_and_has_campaigns_that_lead_to_the_shop(shop):
    seeded = open_shop(shop, state=STATE, addresses=ADDRESSES, now=NOW)

    with merchant_scope(seeded.merchant.id):
        store = Store.objects.get()
        design = published_design(store=store)
        campaigns = list(Campaign.objects.order_by("place"))
        places = shop_places([store])
        assert PageVersion.objects.count() == 1
        assert not PageDraft.objects.exists()
        for campaign in campaigns:
            campaign.full_clean(exclude=["merchant"])
    assert (design.texts, design.questions) == (DESIGNS[shop.key]["texts"], DESIGNS[shop.key]["questions"])
    assert own_texts(design) == design.texts, "the page knows every one of these texts"
    assert set(design.order) <= {block.name for block in BLOCKS}
    assert [one.place for one in campaigns] == list(range(1, len(campaigns) + 1))
    for campaign in campaigns:
        assert leads_to_the_shop(campaign.url, places=places)
        assert set(campaign.categories) <= {german for german, _english in CATEGORIES.values()}


@pytest.mark.django_db
def test_an_edited_page_a_campaign_and_a_badge_stay_as_somebody_left_them_and_follow_the_ports():
    seeded, _ = seed(WIMPEL)
    with merchant_scope(seeded.merchant.id):
        Campaign.objects.update(title="Ganz anders")
        Badge.objects.filter(slug="festkomitee").update(active=False)
        PageVersion.objects.update(content={})

    moved = Addresses(product="http://127.0.0.1:9000", outside="http://127.0.0.1:9001")
    again = open_shop(WIMPEL, state=replace(STATE, api_keys={"wimpel": seeded.api_key}), addresses=moved, now=NOW)
    list(load_history(again, started_at=NOW, now=NOW))

    with merchant_scope(seeded.merchant.id):
        campaign = Campaign.objects.get()
        assert (campaign.title, campaign.url) == ("Ganz anders", "http://127.0.0.1:9001/shop/wimpel/22083")
        assert not Badge.objects.get(slug="festkomitee").active
        assert Badge.objects.count() == 2
        assert PageVersion.objects.get().content == {}


@pytest.mark.django_db
def test_people_of_the_past_have_badges():
    seeded, _ = seed(WIMPEL)

    assert review_all(now=NOW) > 0

    with merchant_scope(seeded.merchant.id):
        holders = dict(BadgeAward.objects.values_list("badge__slug").annotate(Count("id")))
    assert holders["festkomitee"] > 5
    assert holders["offenes-wort"] > 5
    assert review_all(now=NOW) == 0
