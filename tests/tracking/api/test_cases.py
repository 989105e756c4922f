"""Problem cases by REST."""

import datetime as dt

import pytest

from postpurchase.accounts.models import Role
from postpurchase.accounts.scoping import merchant_scope
from tests.conftest import NOW
from tests.dashboard.conftest import sign_in
from tests.dashboard.test_cases import again, kinds, make_case
from tracking.models import CaseEntry
from tracking.services.cases.entries import By, add_entry

pytestmark = pytest.mark.usefixtures("still_clock")


@pytest.fixture
def still_clock(time_machine):
    time_machine.move_to(NOW, tick=False)


def test_cases_are_listed_filtered_and_followed(world, api) -> None:
    hour = dt.timedelta(hours=1)
    make_case(world, "A", reason="lost", opened_at=NOW - hour, updated_at=NOW + hour)
    make_case(world, "B", is_vip=True)
    make_case(world, "C", state="resolved", outcome="refunded", resolved_at=NOW, updated_at=NOW + 2 * hour)

    def orders(query: str = "") -> list[str]:
        return [row["order"] for row in api.get(f"/api/v1/cases{query}").json()["results"]]

    assert orders() == ["C", "B", "A"]
    assert orders("?state=open") == ["B", "A"]
    assert orders("?reason=lost&order=A") == ["A"]
    assert orders("?order=nothing") == []
    assert orders("?updated_since=2026-07-15T11:00:00Z") == ["A", "C"]
    page = api.get("/api/v1/cases?limit=2").json()
    assert api.get(page["next"].partition("http://testserver")[2] or page["next"]).json()["results"][0]["order"] == "A"


@pytest.mark.parametrize("query", ["?state=closed", "?reason=x", "?updated_since=yesterday", "?owner=x"])
def test_odd_questions_are_refused(world, api, query) -> None:
    assert api.get(f"/api/v1/cases{query}").status_code == 422


def test_a_case_is_read_with_its_history_and_the_shoppers_wish(world, api) -> None:
    case = make_case(world, substatus="attempt_failed_not_home", is_high_value=True)
    with merchant_scope(world.merchant.id):
        add_entry(
            case=case,
            kind="answered",
            by=By("shopper"),
            now=NOW,
            details={"day": "2026-07-17"},
            data={"choice": "new_date"},
        )

    body = api.get(f"/api/v1/cases/{case.id}").json()

    entries = body.pop("entries")
    assert body == {
        "id": str(case.id),
        "order": "1001",
        "shipment": str(case.shipment_id),
        "reason": "failed_attempt",
        "state": "open",
        "source": "carrier",
        "substatus": "attempt_failed_not_home",
        "vip": False,
        "high_value": True,
        "owner": None,
        "outcome": "",
        "suggestion": "pass_on_answer",
        "wish": {"choice": "new_date", "day": "2026-07-17", "address": {}, "chosen_at": "2026-07-15T10:30:00Z"},
        "opened_at": "2026-07-15T10:30:00Z",
        "due_at": "2026-07-16T10:30:00Z",
        "answered_at": None,
        "handed_over_at": None,
        "resolved_at": None,
        "updated_at": "2026-07-15T10:30:00Z",
    }
    assert [(entry["kind"], entry["actor"]) for entry in entries] == [("opened", "carrier"), ("answered", "shopper")]


def test_a_helpdesk_works_on_a_case(world, api) -> None:
    case = make_case(world)
    sign_in(world.merchant, Role.SUPPORT)
    url, email = f"/api/v1/cases/{case.id}", "support@lindenhof.example.com"

    taken = api.request("PATCH", url, {"owner": f" {email.upper()}", "note": "Ticket 42", "reply": "Wir sind dran\x07"})
    assert (taken.status_code, taken.json()["owner"]) == (200, email)
    assert [(entry["kind"], entry["text"]) for entry in taken.json()["entries"]] == [
        ("opened", ""),
        ("assigned", ""),
        ("note", "Ticket 42"),
        ("replied", "Wir sind dran"),
    ]

    ended = api.request("PATCH", url, {"state": "resolved", "outcome": "sent_again"}).json()
    same = api.request("PATCH", url, {"state": "resolved", "outcome": "refunded"}).json()
    assert (ended["state"], ended["outcome"], same["outcome"]) == ("resolved", "sent_again", "sent_again")

    opened = api.request("PATCH", url, {"state": "open", "owner": None}).json()
    assert (opened["state"], opened["outcome"], opened["owner"], opened["suggestion"]) == (
        "open",
        "",
        None,
        "wait_for_shopper",
    )
    with merchant_scope(world.merchant.id):
        actors = set(CaseEntry.objects.exclude(kind="opened").values_list("actor", flat=True))
    assert actors == {"api"}


@pytest.mark.parametrize(
    ("body", "pointer", "code"),
    [
        ({"state": "resolved"}, "/outcome", "required"),
        ({"outcome": "refunded"}, "/outcome", "mismatch"),
        ({"state": "open", "outcome": "refunded"}, "/outcome", "mismatch"),
        ({"outcome": "won", "state": "resolved"}, "/outcome", "choice"),
        ({"owner": "nobody@example.com", "note": "x"}, "/owner", "unknown_member"),
        ({"owner": "read_only@lindenhof.example.com"}, "/owner", "unknown_member"),
        ({"note": "x" * 2_001}, "/note", "too_long"),
        ({"reason": "lost"}, "/reason", "unknown_field"),
        ({"due_at": None}, "/due_at", "unknown_field"),
    ],
)
def test_wrong_changes_change_nothing(world, api, body, pointer, code) -> None:
    case = make_case(world)
    sign_in(world.merchant, Role.READ_ONLY)

    answer = api.request("PATCH", f"/api/v1/cases/{case.id}", body)

    assert answer.status_code == 422
    assert [(one["pointer"], one["code"]) for one in answer.json()["errors"]] == [(pointer, code)]
    assert kinds(world, case) == ["opened"]
    assert again(world, case).state == "open"


def test_a_case_stays_closed_where_a_newer_one_is_open(world, api) -> None:
    case = make_case(world)
    with merchant_scope(world.merchant.id):
        case.pk, case.state = None, "resolved"
        case.save(force_insert=True)

    answer = api.request("PATCH", f"/api/v1/cases/{case.pk}", {"state": "open"})

    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (422, "another_is_open")


def test_an_empty_change_is_no_change(world, api) -> None:
    case = make_case(world)

    assert api.request("PATCH", f"/api/v1/cases/{case.id}", {}).status_code == 200
    assert api.request("PATCH", f"/api/v1/cases/{case.id}", {"note": " \u202e "}).status_code == 200

    assert kinds(world, case) == ["opened"]
