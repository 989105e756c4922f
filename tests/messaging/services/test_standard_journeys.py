"""What a new release brings to merchants who have journeys already: given once, offered, never forced."""

import datetime as dt

import msgspec
import pytest
from django.core.management import call_command

from messaging import tasks
from messaging.journeys import standard
from messaging.journeys.definition import Definition
from messaging.models import GivenJourneys, Journey
from messaging.services import journeys as journeys_service
from messaging.services import standard_journeys as service
from messaging.services.journeys import definition_of, install_standard_journeys, publish, set_active
from messaging.services.standard_journeys import (
    give_all_new_journeys,
    give_new_journeys,
    keep_mine,
    newer_definition,
    take_newer,
)
from postpurchase.accounts.scoping import merchant_scope
from tests.conftest import NOW
from tests.messaging.making import happen, make_journey, make_order

LATER = NOW + dt.timedelta(days=40)
OLD_KEYS = tuple(key for key in standard.KEYS if key not in ("case_resolved", "recommendations"))


def release(monkeypatch: pytest.MonkeyPatch, *definitions: Definition) -> None:
    """Let the product have come with these journeys."""
    for module in (journeys_service, service):
        monkeypatch.setattr(module, "standard_journeys", lambda: definitions)
        monkeypatch.setattr(module, "KEYS", tuple(definition.key for definition in definitions))


def every(*keys: str) -> tuple[Definition, ...]:
    return tuple(definition for definition in standard.standard_journeys() if definition.key in keys)


@pytest.fixture
def old_merchant(merchant, monkeypatch):
    """A merchant who got their journeys from a release that knew two fewer."""
    with monkeypatch.context() as old:
        release(old, *every(*OLD_KEYS))
        with merchant_scope(merchant.id):
            install_standard_journeys(merchant=merchant, now=NOW)
    return merchant


def states(merchant) -> dict[str, bool]:
    with merchant_scope(merchant.id):
        return dict(Journey.objects.values_list("key", "active"))


@pytest.mark.django_db
def test_new_journeys_come_by_themselves_once_and_advertising_ones_off(old_merchant):
    assert set(states(old_merchant)) == set(OLD_KEYS)

    first, second = give_all_new_journeys(now=LATER), give_all_new_journeys(now=LATER)

    after = states(old_merchant)
    assert (first, second) == (2, 0)
    assert set(after) == set(standard.KEYS)
    assert (after["case_resolved"], after["recommendations"]) == (True, False)
    with merchant_scope(old_merchant.id):
        new = Journey.objects.get(key="case_resolved")
        assert (new.created_at, new.position) == (LATER, standard.KEYS.index("case_resolved"))
        assert new.versions.get().standard


@pytest.mark.django_db
def test_what_was_deleted_or_switched_off_stays_so(old_merchant):
    with merchant_scope(old_merchant.id):
        # As after an operator deleted it: it was given, and is not there.
        GivenJourneys.objects.update(keys=[*OLD_KEYS, "case_resolved"])
        set_active(merchant=old_merchant, key="delivered", active=False, now=NOW)

    assert give_all_new_journeys(now=LATER) == 1

    after = states(old_merchant)
    assert "case_resolved" not in after
    assert after["delivered"] is False
    with merchant_scope(old_merchant.id):
        assert set(GivenJourneys.objects.get().keys) == set(standard.KEYS)


@pytest.mark.django_db
def test_who_switched_everything_off_gets_new_ones_switched_off(old_merchant):
    with merchant_scope(old_merchant.id):
        Journey.objects.update(active=False)

    give_all_new_journeys(now=LATER)

    assert set(states(old_merchant).values()) == {False}


@pytest.mark.django_db
def test_who_deleted_all_journeys_stays_without(merchant):
    with merchant_scope(merchant.id):
        GivenJourneys.objects.create(merchant=merchant, keys=list(standard.KEYS), updated_at=NOW)

        happen(make_order(merchant), "order.placed")

    assert give_all_new_journeys(now=LATER) == 0
    assert states(merchant) == {}


@pytest.mark.django_db
def test_merchants_of_before_are_given_what_they_lack_and_those_without_any_wait_for_their_first_order(
    merchant, other_merchant
):
    with merchant_scope(merchant.id):
        make_journey(merchant, {"key": "wait", "do": "wait"}, key="shipped")

    tasks.give_new_journeys()

    with merchant_scope(merchant.id):
        assert set(Journey.objects.values_list("key", flat=True)) == set(standard.KEYS)
        assert Journey.objects.get(key="shipped").versions.count() == 1
        assert GivenJourneys.objects.get().keys == list(standard.KEYS)
    assert states(other_merchant) == {}


@pytest.mark.django_db
def test_one_merchant_who_cannot_be_helped_stops_no_other(old_merchant, other_merchant, monkeypatch):
    with merchant_scope(other_merchant.id):
        make_journey(other_merchant, {"key": "wait", "do": "wait"})

    def give(*, merchant, now):
        if merchant.id == old_merchant.id:
            raise RuntimeError("something is wrong with this one")
        return give_new_journeys(merchant=merchant, now=now)

    monkeypatch.setattr(service, "give_new_journeys", give)

    assert give_all_new_journeys(now=LATER) == len(standard.KEYS)
    assert set(states(old_merchant)) == set(OLD_KEYS)


@pytest.mark.django_db
def test_an_operator_can_install_what_is_missing_at_once(old_merchant, capsys):
    call_command("install_journeys", old_merchant.slug)
    call_command("install_journeys", old_merchant.slug)

    first, second = capsys.readouterr().out.strip().splitlines()
    assert first == "2 journeys installed: case_resolved, recommendations."
    assert second == "0 journeys installed: none was missing."


# --- a definition that changed ------------------------------------------------------------------------------------


def changed(key: str) -> Definition:
    (definition,) = every(key)
    (step,) = definition.steps
    return msgspec.structs.replace(definition, steps=[msgspec.structs.replace(step, expires_after="P9D")])


@pytest.fixture
def refunded(merchant, in_scope, monkeypatch) -> Journey:
    """The journey “order_refunded” as it came, after a release that says it differently."""
    install_standard_journeys(merchant=merchant, now=NOW)
    others = tuple(one for one in standard.standard_journeys() if one.key != "order_refunded")
    release(monkeypatch, *others, changed("order_refunded"))
    return Journey.objects.get(key="order_refunded")


def newest(journey: Journey):
    return journey.versions.select_related("journey").order_by("-number").first()


def test_a_changed_definition_is_offered_and_taken_only_when_asked_for(merchant, refunded):
    offered = newer_definition(newest(refunded))
    give_new_journeys(merchant=merchant, now=LATER)
    before = definition_of(newest(refunded)).steps[0].expires_after

    taken = [take_newer(journey=refunded, now=LATER), take_newer(journey=refunded, now=LATER)]

    assert offered == changed("order_refunded")
    assert before == "P3D"
    assert taken == [True, False]
    version = newest(refunded)
    assert (version.number, version.standard, definition_of(version)) == (2, True, changed("order_refunded"))
    assert newer_definition(version) is None
    others = Journey.objects.exclude(key="order_refunded")
    assert [newer_definition(newest(one)) for one in others] == [None] * others.count()


def test_what_is_declined_is_offered_again_only_once_it_changes_again(refunded, monkeypatch):
    assert keep_mine(journey=refunded, now=LATER)

    assert newer_definition(newest(refunded)) is None
    assert (keep_mine(journey=refunded, now=LATER), take_newer(journey=refunded, now=LATER)) == (False, False)
    assert newest(refunded).number == 1

    once_more = msgspec.structs.replace(changed("order_refunded"), description={"en": "Better still."})
    release(monkeypatch, once_more)
    assert newer_definition(newest(refunded)) == once_more


def test_what_a_merchant_made_of_a_journey_is_left_in_peace(refunded):
    (own,) = every("order_refunded")
    publish(journey=refunded, definition=msgspec.structs.replace(own, name={"de": "Geld zurück"}), now=NOW)

    assert newer_definition(newest(refunded)) is None
    assert take_newer(journey=refunded, now=LATER) is False


def test_waits_of_a_merchants_own_are_not_overwritten_by_an_offer(merchant, in_scope, monkeypatch):
    install_standard_journeys(merchant=merchant, now=NOW, waits={"case_answered.wait": dt.timedelta(seconds=5)})

    assert newer_definition(newest(Journey.objects.get(key="case_answered"))) is None
