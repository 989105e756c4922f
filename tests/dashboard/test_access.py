"""Who gets in, who may do what, and that a stranger sees and changes nothing."""

import uuid

import pytest
from django.urls import reverse

from messaging.models import Journey
from orders.models import FreeShipping, Insert
from postpurchase.accounts.models import ApiKey, Membership, Role
from postpurchase.accounts.scoping import all_merchants, merchant_scope
from postpurchase.accounts.services.merchants import add_member
from postpurchase.connectors.models import Connection, InboundDelivery
from postpurchase.dashboard.urls import urlpatterns
from postpurchase.events.models import EventDelivery
from postpurchase.imports.models import ImportJob
from postpurchase.webhooks.models import WebhookDelivery, WebhookEndpoint
from tests.conftest import NOW
from tests.dashboard.conftest import sign_in
from tracking.models import Case, CodeMeaning, ShipmentAlarm

GET, POST = "GET", "POST"
# What each address does, and who may. Every route of the dashboard is here; a test holds that.
LOOK = set(Role)
TEAM = {Role.OWNER, Role.MANAGER, Role.SUPPORT}
MANAGERS = {Role.OWNER, Role.MANAGER}
OWNERS = {Role.OWNER}
ROUTES = [
    (GET, "home", LOOK),
    (GET, "orders", LOOK),
    (GET, "order", LOOK),
    (GET, "parcels", LOOK),
    (GET, "free_shipping", LOOK),
    (POST, "free_shipping_add", MANAGERS),
    (POST, "free_shipping_remove", MANAGERS),
    (GET, "packing_slip", TEAM),
    (POST, "packing_slip", TEAM),
    (GET, "inserts", LOOK),
    (GET, "insert_new", MANAGERS),
    (GET, "insert", MANAGERS),
    (POST, "insert_new", MANAGERS),
    (POST, "insert", MANAGERS),
    (POST, "insert_remove", MANAGERS),
    (GET, "delivery", LOOK),
    (POST, "delivery", MANAGERS),
    (GET, "questions", LOOK),
    (GET, "watch", LOOK),
    (GET, "watch_evidence", TEAM),
    (POST, "watch_done", TEAM),
    (GET, "watch_settings", MANAGERS),
    (POST, "watch_settings", MANAGERS),
    (GET, "customers", LOOK),
    (GET, "customer", LOOK),
    (POST, "customer_merge_undo", TEAM),
    (GET, "attributes", LOOK),
    (GET, "attribute", MANAGERS),
    (POST, "attribute", MANAGERS),
    (GET, "cases", LOOK),
    (GET, "case", LOOK),
    (GET, "case_rules", MANAGERS),
    (POST, "case_rules", MANAGERS),
    (GET, "case_files", TEAM),
    (GET, "case_file", TEAM),
    (POST, "case_files", TEAM),
    (POST, "case_assign", TEAM),
    (POST, "case_write", TEAM),
    (POST, "case_resolve", TEAM),
    (POST, "case_reopen", TEAM),
    (GET, "messages", LOOK),
    (GET, "message", LOOK),
    (GET, "message_html", LOOK),
    (GET, "journeys", LOOK),
    (GET, "brand", LOOK),
    (GET, "team", LOOK),
    (GET, "api_keys", OWNERS),
    (GET, "export", OWNERS),
    (GET, "export_everything", OWNERS),
    (GET, "export_list", OWNERS),
    (GET, "imports", MANAGERS),
    (GET, "import", MANAGERS),
    (GET, "import_problems", MANAGERS),
    (GET, "import_example", MANAGERS),
    (POST, "imports", MANAGERS),
    (POST, "import_columns", MANAGERS),
    (POST, "import_start", MANAGERS),
    (POST, "import_remap", MANAGERS),
    (POST, "import_resume", MANAGERS),
    (POST, "import_discard", MANAGERS),
    (GET, "webhooks", MANAGERS),
    (GET, "webhook_new", MANAGERS),
    (GET, "webhook", MANAGERS),
    (GET, "webhook_edit", MANAGERS),
    (GET, "webhook_delivery", MANAGERS),
    (POST, "webhook_new", MANAGERS),
    (POST, "webhook_edit", MANAGERS),
    (POST, "webhook_switch", MANAGERS),
    (POST, "webhook_rotate", MANAGERS),
    (POST, "webhook_delete", MANAGERS),
    (POST, "webhook_test", MANAGERS),
    (POST, "webhook_replay", MANAGERS),
    (POST, "webhook_delivery_replay", MANAGERS),
    (GET, "data_care", MANAGERS),
    (GET, "data_care_customer", MANAGERS),
    (GET, "data_care_copy", MANAGERS),
    (GET, "evidence", MANAGERS),
    (GET, "notice", MANAGERS),
    (POST, "data_care_periods", MANAGERS),
    (POST, "data_care_erase", MANAGERS),
    (POST, "data_care_hold", MANAGERS),
    (POST, "data_care_order_hold", MANAGERS),
    (POST, "data_care_release", MANAGERS),
    (POST, "data_care_retry", MANAGERS),
    (POST, "notice", MANAGERS),
    (GET, "shops", MANAGERS),
    (GET, "shop", MANAGERS),
    (GET, "shop_status", MANAGERS),
    (GET, "shop_app", MANAGERS),
    (POST, "shop_connect", MANAGERS),
    (POST, "shop_access", MANAGERS),
    (POST, "shop_ask", MANAGERS),
    (POST, "shop_switch", MANAGERS),
    (POST, "shop_forget_secret", MANAGERS),
    (GET, "inbound_deliveries", MANAGERS),
    (GET, "inbound_delivery", MANAGERS),
    (POST, "inbound_replay", MANAGERS),
    (POST, "inbound_replay_all", MANAGERS),
    (GET, "carriers", MANAGERS),
    (GET, "carrier", MANAGERS),
    (POST, "carrier", MANAGERS),
    (POST, "carrier_try", MANAGERS),
    (POST, "carrier_switch", MANAGERS),
    (GET, "aggregator", MANAGERS),
    (POST, "aggregator_connect", MANAGERS),
    (POST, "aggregator_switch", MANAGERS),
    (GET, "carrier_codes", LOOK),
    (GET, "recommendations", LOOK),
    (POST, "recommendations_personal", MANAGERS),
    (GET, "carrier_code_explain", MANAGERS),
    (POST, "carrier_code_explain", MANAGERS),
    (POST, "carrier_code_withdraw", MANAGERS),
    (POST, "journey_switch", MANAGERS),
    (POST, "journey_newer", MANAGERS),
    (GET, "store", LOOK),
    (GET, "storefront_new", MANAGERS),
    (GET, "own_host", MANAGERS),
    (GET, "whatsapp", MANAGERS),
    (POST, "whatsapp", MANAGERS),
    (GET, "own_path", MANAGERS),
    (POST, "brand", MANAGERS),
    (POST, "store", MANAGERS),
    (POST, "storefront_new", MANAGERS),
    (POST, "storefront_remove", MANAGERS),
    (POST, "own_host", MANAGERS),
    (POST, "own_host_check", MANAGERS),
    (POST, "own_host_remove", MANAGERS),
    (POST, "own_path", MANAGERS),
    (POST, "own_path_check", MANAGERS),
    (POST, "own_path_remove", MANAGERS),
    (POST, "api_keys", OWNERS),
    (POST, "api_key_revoke", OWNERS),
    (POST, "team", OWNERS),
    (POST, "team_member", OWNERS),
    (POST, "retry", TEAM),
    (GET, "tracking_page", MANAGERS),
    (GET, "page_blocks", MANAGERS),
    (GET, "page_questions", MANAGERS),
    (GET, "page_texts", MANAGERS),
    (GET, "page_contact", MANAGERS),
    (GET, "page_style", MANAGERS),
    (GET, "page_versions", MANAGERS),
    (GET, "page_preview", MANAGERS),
    (GET, "page_preview_style", MANAGERS),
    (POST, "tracking_page", MANAGERS),
    (POST, "page_blocks", MANAGERS),
    (POST, "page_questions", MANAGERS),
    (POST, "page_texts", MANAGERS),
    (POST, "page_language", MANAGERS),
    (POST, "page_contact", MANAGERS),
    (POST, "page_style", MANAGERS),
    (GET, "page_embedding", MANAGERS),
    (POST, "page_embedding", MANAGERS),
    (POST, "page_publish", MANAGERS),
    (POST, "page_discard", MANAGERS),
    (POST, "page_restore", MANAGERS),
    (GET, "badges", LOOK),
    (GET, "badge_new", MANAGERS),
    (GET, "badge", MANAGERS),
    (POST, "badge_new", MANAGERS),
    (POST, "badge", MANAGERS),
    (GET, "campaigns", MANAGERS),
    (GET, "campaign_new", MANAGERS),
    (GET, "campaign", MANAGERS),
    (POST, "campaign_new", MANAGERS),
    (POST, "campaign", MANAGERS),
    (POST, "campaign_delete", MANAGERS),
    (POST, "switch", LOOK),
    (POST, "language", LOOK),
]
# Every merchant has a storefront of this name.
OF_A_STORE = {
    "store",
    "storefront_remove",
    "whatsapp",
    *("own_host", "own_host_check", "own_host_remove"),
    *("own_path", "own_path_check", "own_path_remove"),
}
AND_ARGUMENTS = {"data_care_copy": ["json"]}
OF_A_SHOP = [
    "shop",
    *(f"shop_{name}" for name in ("status", "app", "connect", "access", "ask", "switch", "forget_secret")),
]
OF_A_PAGE = [
    "blocks",
    "questions",
    "texts",
    "language",
    "contact",
    "style",
    "versions",
    "publish",
    "discard",
    "embedding",
]
WITH_ARGUMENTS = {
    **{f"page_{name}": ["default"] for name in (*OF_A_PAGE, "preview_style")},
    "page_preview": ["default", "delivered"],
    "page_restore": ["default", 1],
    "import_example": ["orders"],
    "export_everything": ["csv"],
    "export_list": ["orders", "csv"],
    **{name: ["magento", "default"] for name in OF_A_SHOP},
    **{name: ["dhl"] for name in ("carrier", "carrier_try", "carrier_switch")},
    **{name: ["easypost"] for name in ("aggregator", "aggregator_connect", "aggregator_switch")},
}
OF_AN_OBJECT = {
    "badge": "loyalty.Badge",
    "campaign": "tracking.Campaign",
    "campaign_delete": "tracking.Campaign",
    "import": "imports.ImportJob",
    "import_problems": "imports.ImportJob",
    "import_columns": "imports.ImportJob",
    "import_start": "imports.ImportJob",
    "import_remap": "imports.ImportJob",
    "import_resume": "imports.ImportJob",
    "import_discard": "imports.ImportJob",
    "order": "orders.Order",
    "packing_slip": "orders.Order",
    "insert": "orders.Insert",
    "free_shipping_remove": "orders.FreeShipping",
    "insert_remove": "orders.Insert",
    "watch_done": "tracking.ShipmentAlarm",
    "customer": "orders.Customer",
    "customer_merge_undo": "orders.CustomerMerge",
    "attribute": "orders.AttributeDefinition",
    **dict.fromkeys(["case", *(f"case_{name}" for name in ("assign", "write", "resolve", "reopen"))], "tracking.Case"),
    "case_file": "tracking.HandOver",
    "message": "messaging.Message",
    "message_html": "messaging.Message",
    "journey": "messaging.Journey",
    "journey_switch": "messaging.Journey",
    "journey_newer": "messaging.Journey",
    "api_key_revoke": "accounts.ApiKey",
    "team_member": "accounts.Membership",
    "retry": "events.EventDelivery",
    **dict.fromkeys(
        ["webhook", *(f"webhook_{name}" for name in ("edit", "switch", "rotate", "delete", "test", "replay"))],
        "webhooks.WebhookEndpoint",
    ),
    "data_care_customer": "orders.Customer",
    "data_care_copy": "orders.Customer",
    "data_care_erase": "orders.Customer",
    "data_care_hold": "orders.Customer",
    "data_care_order_hold": "orders.Order",
    "data_care_release": "privacy.LegalHold",
    "data_care_retry": "privacy.Erasure",
    "evidence": "messaging.PermissionEvidence",
    "inbound_delivery": "connectors.InboundDelivery",
    "inbound_replay": "connectors.InboundDelivery",
    "carrier_code_withdraw": "tracking.CodeMeaning",
    "webhook_delivery": "webhooks.WebhookDelivery",
    "webhook_delivery_replay": "webhooks.WebhookDelivery",
}


def address(name: str, rows) -> str:
    if name in OF_A_STORE:
        return reverse(f"dashboard:{name}", args=["default"])
    if name not in OF_AN_OBJECT:
        return reverse(f"dashboard:{name}", args=WITH_ARGUMENTS.get(name))
    row = rows[OF_AN_OBJECT[name]]
    key = row.key if name.startswith("journey") else row.pk
    return reverse(f"dashboard:{name}", args=[key, *AND_ARGUMENTS.get(name, [])])


def test_every_route_is_in_the_table():
    named = {pattern.name for pattern in urlpatterns}

    assert named == {name for _method, name, _roles in ROUTES} | {"journey"}


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize(("method", "name", "roles"), ROUTES, ids=[f"{method}-{name}" for method, name, _ in ROUTES])
def test_a_role_may_what_the_table_says(busy, method, name, roles, role):
    client = sign_in(busy.merchant, role)

    response = client.generic(method, address(name, busy.rows))

    assert (response.status_code == 403) == (role not in roles), response.content[:300]
    if role in roles:
        assert response.status_code in (200, 302, 404, 422)


@pytest.mark.parametrize("name", OF_AN_OBJECT)
def test_a_stranger_finds_nothing(busy, name):
    stranger = sign_in(busy.other_merchant, Role.OWNER)
    before = _everything()

    for method in (GET, POST):
        response = stranger.generic(method, address(name, busy.rows))
        assert response.status_code in (404, 405)
        assert b"MINE" not in response.content

    assert _everything() == before


@pytest.mark.parametrize(
    "name",
    [
        *("home", "orders", "cases", "customers", "attributes", "messages", "journeys", "brand", "api_keys", "imports"),
        *("webhooks", "shops", "inbound_deliveries", "carriers", "carrier_codes", "recommendations", "team"),
        *("parcels", "watch", "inserts", "badges"),
    ],
)
def test_a_stranger_sees_only_their_own(busy, name):
    stranger = sign_in(busy.other_merchant, Role.OWNER)

    response = stranger.get(reverse(f"dashboard:{name}"), {"q": "mine"} if name == "orders" else {})

    assert response.status_code == 200
    assert b"MINE" not in response.content


def _everything() -> dict[str, object]:
    with all_merchants("compare before and after"):
        return {
            "journeys": list(Journey.objects.order_by("pk").values_list("pk", "active")),
            "keys": list(ApiKey.objects.order_by("pk").values_list("pk", "revoked_at")),
            "members": list(Membership.objects.order_by("pk").values_list("pk", "role")),
            "imports": list(ImportJob.objects.order_by("pk").values_list("pk", "state", "mapping")),
            "webhooks": list(WebhookEndpoint.objects.order_by("pk").values()),
            "connections": list(Connection.objects.order_by("pk").values()),
            "inbound": list(InboundDelivery.objects.order_by("pk").values()),
            "webhook_deliveries": list(WebhookDelivery.objects.order_by("pk").values()),
            "meanings": list(CodeMeaning.objects.order_by("pk").values()),
            "free_shipping": list(FreeShipping.objects.order_by("pk").values()),
            "inserts": list(Insert.objects.order_by("pk").values()),
            "alarms": list(ShipmentAlarm.objects.order_by("pk").values()),
            "cases": list(Case.objects.order_by("pk").values()),
            "deliveries": list(EventDelivery.objects.order_by("pk").values_list("pk", "state", "attempts")),
        }


def test_who_works_nowhere_is_told_so(merchant, owner):
    with merchant_scope(merchant.id):
        Membership.objects.all().delete()

    response = owner.get("/dashboard/")

    assert response.status_code == 403
    assert b"You do not work for any merchant yet" in response.content


def test_a_user_of_two_merchants_changes_between_them(merchant, other_merchant):
    client = sign_in(merchant, Role.OWNER)
    with merchant_scope(merchant.id):
        user = Membership.objects.get().user
    with merchant_scope(other_merchant.id):
        add_member(merchant=other_merchant, user=user, role=Role.SUPPORT, now=NOW)

    assert client.get("/dashboard/").context["member"].merchant == merchant
    assert client.post("/dashboard/switch/", {"merchant": other_merchant.slug}).status_code == 302
    member = client.get("/dashboard/").context["member"]

    assert (member.merchant, member.role) == (other_merchant, Role.SUPPORT)


def test_nobody_changes_to_a_merchant_they_do_not_work_for(owner, merchant, other_merchant):
    owner.post("/dashboard/switch/", {"merchant": other_merchant.slug})

    assert owner.get("/dashboard/").context["member"].merchant == merchant


def test_forms_need_their_token(busy):
    client = sign_in(busy.merchant, Role.OWNER)
    client.handler.enforce_csrf_checks = True

    response = client.post(address("journey_switch", busy.rows), {"active": "off"})

    assert response.status_code == 403
    assert b"The page was open too long" in response.content
    with merchant_scope(busy.merchant.id):
        assert Journey.objects.get(pk=busy.rows["messaging.Journey"].pk).active is True


def test_language_is_remembered_and_leads_back(owner):
    response = owner.post("/dashboard/language/", {"language": "de", "next": "/dashboard/orders/"})

    assert (response.status_code, response.url) == (302, "/dashboard/orders/")
    assert '<html lang="de">' in owner.get("/dashboard/orders/").content.decode()


def test_language_never_leads_to_another_site(owner):
    response = owner.post("/dashboard/language/", {"language": "de", "next": "https://evil.example.com/"})

    assert response.url == "/dashboard/"


def test_what_is_not_there_is_not_found(owner):
    for name in ("order", "message", "message_html"):
        assert owner.get(reverse(f"dashboard:{name}", args=[uuid.uuid4()])).status_code == 404
    assert owner.get("/dashboard/journeys/nothing/").status_code == 404
