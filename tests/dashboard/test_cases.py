"""The problems desk as the team works with it."""

import datetime as dt
import re

import pytest

from orders.models import Customer
from postpurchase.accounts.models import Membership, Role
from postpurchase.accounts.scoping import merchant_scope
from tests.conftest import NOW
from tests.dashboard.conftest import sign_in
from tests.tracking.build import make_order, make_shipment
from tracking.models import Case, CaseEntry, CaseRules, Shipment
from tracking.services.cases.entries import By, add_entry

pytestmark = pytest.mark.usefixtures("still_clock")

HOSTILE = "<script>alert(1)</script>"


@pytest.fixture
def still_clock(time_machine):
    time_machine.move_to(NOW, tick=False)


def make_case(world, number="1001", **fields) -> Case:
    """An open case about a parcel of an order of its own, due in a day."""
    with merchant_scope(world.merchant.id):
        order = make_order(world, number)
        order.refresh_from_db()
        values = {
            "reason": "failed_attempt",
            "source": "carrier",
            "opened_at": NOW,
            "due_at": NOW + dt.timedelta(days=1),
            "updated_at": NOW,
        }
        case = Case.objects.create(
            merchant=world.merchant,
            order=order,
            shipment=make_shipment(world, order, tracking_number=number),
            **values | fields,
        )
        add_entry(case=case, kind="opened", by=By("carrier"), now=NOW)
    return case


def shown(response) -> list[str]:
    """The order numbers of the rows, in their order."""
    return re.findall(r'<td data-label="Order"><a [^>]*>([^<]+)</a>', response.content.decode())


def again(world, case: Case) -> Case:
    with merchant_scope(world.merchant.id):
        return Case.objects.select_related("owner__user").get(pk=case.pk)


def kinds(world, case) -> list[str]:
    with merchant_scope(world.merchant.id):
        return list(CaseEntry.objects.filter(case=case).order_by("happened_at", "id").values_list("kind", flat=True))


def test_the_overview_lists_the_problems_that_come_first(world, reader):
    assert "Problems that wait" not in reader.get("/dashboard/").content.decode()
    for number in range(7):
        make_case(world, f"n{number}", due_at=NOW + dt.timedelta(hours=number + 1))
    late = make_case(world, "late", due_at=NOW - dt.timedelta(hours=1))

    page = reader.get("/dashboard/").content.decode()

    listed = re.findall(r'<a href="/dashboard/problems/[^"]+"><strong>[^<]+ · ([^<]+)</strong>', page)
    assert listed == ["late", "n0", "n1", "n2", "n3", "n4"]
    assert f"/dashboard/problems/{late.id}/" in page
    assert page.count("Overdue") == 1


def test_important_cases_come_first_then_what_is_due(world, reader):
    hour = dt.timedelta(hours=1)
    make_case(world, "later", due_at=NOW + 3 * hour)
    make_case(world, "sooner", due_at=NOW + hour)
    make_case(world, "valuable", due_at=NOW + 5 * hour, is_high_value=True)
    make_case(world, "vip", due_at=NOW + 9 * hour, is_vip=True)
    make_case(world, "over", state="resolved", outcome="delivered", resolved_at=NOW)

    page = reader.get("/dashboard/problems/")

    assert shown(page) == ["vip", "valuable", "sooner", "later"]
    assert shown(reader.get("/dashboard/problems/?view=resolved")) == ["over"]


def test_the_queue_is_filtered(world, support):
    with merchant_scope(world.merchant.id):
        me = Membership.objects.get()
    make_case(world, "mine", owner=me)
    make_case(world, "late", due_at=NOW - dt.timedelta(hours=1), reason="lost")
    make_case(world, "free")

    views = {
        view: shown(support.get(f"/dashboard/problems/?view={view}")) for view in ("mine", "overdue", "unassigned", "x")
    }

    assert views == {
        "mine": ["mine"],
        "overdue": ["late"],
        "unassigned": ["late", "free"],
        "x": ["late", "mine", "free"],
    }
    assert shown(support.get("/dashboard/problems/?reason=lost")) == ["late"]
    assert len(shown(support.get("/dashboard/problems/?reason=%3Cscript%3E&page=x"))) == 3
    for odd in ("0", "-1", "999999999999999999999", "²"):
        assert support.get(f"/dashboard/problems/?page={odd}").status_code == 200


def test_overdue_is_said_in_words(world, reader):
    late = make_case(world, due_at=NOW - dt.timedelta(hours=1))

    for path in ("/dashboard/problems/", f"/dashboard/problems/{late.id}/"):
        assert ">Overdue</span>" in reader.get(path).content.decode()


def test_long_queues_have_pages(world, reader):
    for number in range(42):
        make_case(world, f"n{number:02}", due_at=NOW + dt.timedelta(minutes=number))

    first = reader.get("/dashboard/problems/")
    second = reader.get("/dashboard/problems/?page=2")

    assert (len(shown(first)), shown(second)) == (40, ["n40", "n41"])
    assert b"page=2" in first.content
    assert b"page=3" not in second.content


def test_a_case_says_what_to_do_and_why(world, reader):
    case = make_case(world, substatus="attempt_failed_not_home")

    page = reader.get(f"/dashboard/problems/{case.id}/").content.decode()

    assert "Wait for the shopper&#x27;s answer." in page
    assert "the carrier usually tries again by itself" in page
    assert "<form" not in page.partition("<main")[2]


def test_somebody_takes_a_case_and_gives_it_away(world, support):
    case = make_case(world)
    sign_in(world.merchant, Role.MANAGER)
    sign_in(world.merchant, Role.READ_ONLY)
    with merchant_scope(world.merchant.id):
        members = {member.role: str(member.id) for member in Membership.objects.all()}
    url = f"/dashboard/problems/{case.id}/assign/"

    support.post(url, {"owner": "me"})
    support.post(url, {"owner": "me"})
    assert str(again(world, case).owner_id) == members["support"]
    support.post(url, {"owner": members["manager"]})
    support.post(url, {"owner": members["read_only"]})
    assert str(again(world, case).owner_id) == members["manager"]
    support.post(url, {"owner": ""})
    assert again(world, case).owner_id is None
    assert support.post(url, {"owner": "nonsense"}).status_code == 404

    assert kinds(world, case) == ["opened", "assigned", "assigned", "assigned"]
    assert b"manager@lindenhof.example.com" in support.get(f"/dashboard/problems/{case.id}/").content


def test_a_case_of_somebody_who_left_is_nobodys(world, support):
    case = make_case(world)
    support.post(f"/dashboard/problems/{case.id}/assign/", {"owner": "me"})
    with merchant_scope(world.merchant.id):
        Membership.objects.all().delete()

    assert again(world, case).owner_id is None
    assert kinds(world, case) == ["opened", "assigned"]


@pytest.mark.parametrize(("to", "kind"), [("team", "note"), ("shopper", "replied"), ("", "note")])
def test_what_is_written_stays_text(world, support, to, kind):
    case = make_case(world)

    support.post(f"/dashboard/problems/{case.id}/write/", {"text": f" {HOSTILE}\x00 ", "to": to})
    support.post(f"/dashboard/problems/{case.id}/write/", {"text": " \n", "to": to})

    assert kinds(world, case) == ["opened", kind]
    page = support.get(f"/dashboard/problems/{case.id}/").content
    assert b"<script>" not in page
    assert b"&lt;script&gt;alert(1)&lt;/script&gt;" in page
    with merchant_scope(world.merchant.id):
        assert CaseEntry.objects.get(kind=kind).author.user.email == "support@lindenhof.example.com"


def test_a_case_is_resolved_once_and_opened_again(world, support):
    case = make_case(world)
    url = f"/dashboard/problems/{case.id}/"

    support.post(f"{url}resolve/", {"outcome": "nonsense"})
    assert again(world, case).state == "open"
    support.post(f"{url}resolve/", {"outcome": "sent_again", "text": "Neue Tasse"})
    assert (
        b"It had been resolved already." in support.post(f"{url}resolve/", {"outcome": "refunded"}, follow=True).content
    )
    assert (again(world, case).state, again(world, case).outcome) == ("resolved", "sent_again")
    support.post(f"{url}reopen/")
    assert again(world, case).state == "open"

    assert kinds(world, case) == ["opened", "resolved", "reopened"]


def test_the_shoppers_wish_and_words_are_shown_as_text(world, support):
    case = make_case(world)
    address = {"name": HOSTILE, "street": "Nebenstr. 2", "street2": "", "postal_code": "10117", "city": "Berlin"}
    with merchant_scope(world.merchant.id):
        shopper = By("shopper")
        add_entry(case=case, kind="at_home", by=shopper, now=NOW, data={"was_home": True})
        add_entry(
            case=case,
            kind="answered",
            by=shopper,
            now=NOW,
            details={"address": address},
            data={"choice": "new_address"},
        )

    page = support.get(f"/dashboard/problems/{case.id}/").content.decode()

    assert "Tell the carrier what the shopper wants" in page
    assert "Deliver to another address" in page
    assert "Nebenstr. 2<br>10117 Berlin" in page
    assert "Yes, was at home" in page
    assert "<script>" not in page


def test_what_comes_first_is_set_by_managers(world, manager):
    url = "/dashboard/problems/rules/"
    told = {
        "high_value_from": "99.50",
        "vip_attribute": "tier",
        "vip_values": "gold",
        "works_from": "08:00",
        "works_until": "16:30",
    }
    assert b"250" in manager.get(url).content

    assert manager.post(url, {**told, "works_until": "08:00"}).status_code == 422
    assert manager.post(url, {**told, "high_value_from": "-1"}).status_code == 422
    assert manager.post(url, told).status_code == 302
    assert manager.post(url, {**told, "high_value_from": ""}).status_code == 302

    with merchant_scope(world.merchant.id):
        rules = CaseRules.objects.get()
    assert (rules.high_value_from, rules.vip_attribute, rules.works_until) == (None, "tier", dt.time(16, 30))


def test_an_erased_customer_is_not_named(world, reader):
    case = make_case(world)
    with merchant_scope(world.merchant.id):
        customer = Customer.objects.create(
            merchant=world.merchant, first_name="Anna", erased_at=NOW, created_at=NOW, updated_at=NOW
        )
        type(case.order).objects.filter(pk=case.order_id).update(customer=customer)

    assert b"Anna" not in reader.get(f"/dashboard/problems/{case.id}/").content


def test_a_stranger_sees_no_case_and_gives_none_to_our_members(world, other_world, stranger, support):
    mine, theirs = make_case(world), make_case(other_world, "2002")
    with merchant_scope(world.merchant.id):
        member = Membership.objects.get()

    assert shown(stranger.get("/dashboard/problems/")) == ["2002"]
    assert stranger.get(f"/dashboard/problems/{mine.id}/").status_code == 404
    assert stranger.post(f"/dashboard/problems/{theirs.id}/assign/", {"owner": str(member.id)}).status_code == 404
    assert again(other_world, theirs).owner_id is None


def test_a_file_for_a_carrier_is_made_once_and_downloaded_often(world, other_world, support, stranger):
    case = make_case(world, reason="lost")
    form = {"carrier": "dhl", "case": [str(case.id), "nonsense"]}
    assert b"TEST" not in support.get("/dashboard/problems/files/").content
    assert b'name="case"' in support.get("/dashboard/problems/files/").content

    made = support.post("/dashboard/problems/files/", form, follow=True).content.decode()
    again_made = support.post("/dashboard/problems/files/", form, follow=True).content.decode()

    assert "The file is ready below." in made
    assert "There was nothing new to tell this carrier." in again_made
    (address,) = set(re.findall(r'"(/dashboard/problems/files/[^"]+\.csv)"', again_made))
    first, second = support.get(address), support.get(address)
    assert first.content == second.content
    assert first["Content-Type"] == "text/csv; charset=utf-8"
    assert first["Content-Disposition"].startswith('attachment; filename="dhl-2026-07-15-')
    assert b"Please confirm and compensate the loss" in first.content
    assert address.encode() in support.get(f"/dashboard/problems/{case.id}/").content
    assert stranger.get(address).status_code == 404


def test_parcels_of_carriers_we_do_not_know_are_named_as_everywhere(world, support):
    case = make_case(world, reason="lost")
    with merchant_scope(world.merchant.id):
        Shipment.objects.filter(pk=case.shipment_id).update(carrier="other")

    assert '<h2 id="carrier-other">Unknown carrier</h2>' in support.get("/dashboard/problems/files/").content.decode()


def test_a_strangers_case_goes_into_no_file(world, other_world, stranger):
    case = make_case(world, reason="lost")

    stranger.post("/dashboard/problems/files/", {"carrier": "dhl", "case": [str(case.id)]})

    assert kinds(world, case) == ["opened"]


def test_the_carriers_proof_of_delivery_is_one_click_away_where_there_is_one(world, reader):
    case = make_case(world, reason="not_received")
    path = f"/dashboard/problems/{case.id}/"
    assert "Proof of delivery" not in reader.get(path).content.decode()

    with merchant_scope(world.merchant.id):
        Shipment.objects.filter(pk=case.shipment_id).update(proof_url="https://carrier.example/pod?id=1&x=2")

    body = reader.get(path).content.decode()
    assert '<a href="https://carrier.example/pod?id=1&amp;x=2" rel="noopener noreferrer nofollow">Open it at' in body
