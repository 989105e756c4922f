"""Four stories of silence, told with a moved clock over a holiday and the change to winter time.

    Thu 28 October 2027   summer time, two hours ahead of UTC
    Sun 31 October        3:00 becomes 2:00; Reformation Day
    Mon  1 November       All Saints' Day, a holiday in Bavaria, not in Berlin; one hour ahead of UTC from now on
    Tue  2 November       the next delivery day in Munich

What happened is compared whole: which events at which minute, which mails at which minute, and nothing besides. After
each story the worker sweeps once more, and nothing is raised again.
"""

import pytest
import time_machine

from messaging.services.journeys import install_standard_journeys
from postpurchase.accounts.scoping import merchant_scope
from postpurchase.lib import clock
from tests.flows.stories import Story

REGISTERED, CHANGED = "shipment.registered", "shipment.status_changed"


@pytest.fixture
def story(committed_db, merchant, api):
    with time_machine.travel("2027-10-28T07:00:00+00:00", tick=False) as traveller:
        with merchant_scope(merchant.id):
            install_standard_journeys(merchant=merchant, now=clock.now())
        yield Story(merchant=merchant, api=api, traveller=traveller)


def sent_on_thursday(story: Story, number: str, tracking_number: str, **more) -> None:
    """An order of Thursday morning, in the carrier's hands that evening."""
    story.at("2027-10-28T09:00")
    story.order(number, **more)
    story.at("2027-10-28T16:00")
    story.parcel(number, tracking_number)
    story.at("2027-10-28T19:00")
    story.scan(tracking_number, "in_transit", city="München", country="DE")
    story.sweep()


BEGINNING = [("Thu 28 16:00", REGISTERED, ""), ("Thu 28 19:00", CHANGED, "in_transit")]
FIRST_MAILS = [
    ("Thu 28 09:00", "Danke für Ihre Bestellung {number}"),
    ("Thu 28 16:00", "Ihr Paket ist unterwegs: Bestellung {number}"),
]


def first_mails(number: str) -> list[tuple[str, str]]:
    return [(moment, subject.format(number=number)) for moment, subject in FIRST_MAILS]


def test_a_parcel_gone_quiet_is_noticed_a_day_later_where_the_holiday_is(story) -> None:
    far = {"promised_to": "2027-11-19"}
    sent_on_thursday(story, "munich", "MUNICH", **far)
    sent_on_thursday(story, "berlin", "BERLIN", postal_code="10115", **far)

    # Berlin: Friday, Monday, Tuesday. The third day begins at midnight by the winter's clock.
    story.at("2027-11-01T23:59")
    assert story.sweep() == 0
    story.at("2027-11-02T00:00")
    assert story.sweep() == 1
    assert story.open_alarms("berlin") == ["no_news"]
    assert story.open_alarms("munich") == []

    # Munich: Friday, Tuesday, Wednesday.
    story.at("2027-11-02T23:59")
    assert story.sweep() == 0
    story.at("2027-11-03T00:00")
    assert story.sweep() == 1
    assert story.open_alarms("munich") == ["no_news"]

    # It is found again: the alarm is over, and the same silence later is not told a second time.
    story.at("2027-11-04T10:00")
    story.scan("MUNICH", "in_transit", city="Nürnberg", country="DE")
    story.sweep()
    assert story.open_alarms("munich") == []
    story.at("2027-11-12T09:00")
    assert story.sweep() == 0

    assert story.events("berlin") == [*BEGINNING, ("Tue 02 00:00", "shipment.stalled", "no_news")]
    assert story.events("munich") == [*BEGINNING, ("Wed 03 00:00", "shipment.stalled", "no_news")]
    # Silence is told to the team; shoppers are not bothered with it.
    assert story.mails("munich") == first_mails("munich")
    assert story.mails("berlin") == first_mails("berlin")
    assert story.nothing_failed()


def test_a_missed_promise_is_told_at_midnight_and_mailed_in_the_morning_by_the_winters_clock(story) -> None:
    sent_on_thursday(story, "1001", "A", promised_to="2027-11-02")

    # Tuesday is the only delivery day left, and the parcel was not seen since Thursday.
    story.at("2027-11-01T23:59")
    assert story.sweep() == 0
    story.at("2027-11-02T00:00")
    assert story.sweep() == 1
    assert story.open_alarms("1001") == ["promise_at_risk"]
    assert story.detail("1001", "promise_at_risk") == {"latest": "2027-11-02"}
    story.at("2027-11-02T23:59")
    assert story.sweep() == 0

    story.at("2027-11-03T00:00")
    assert story.sweep() == 2
    story.sweep()
    assert story.open_alarms("1001") == ["no_news", "promise_missed"]
    # 7:59 in Berlin is 6:59 UTC now; by the summer's clock it would be 8:59, and the mail would be out.
    story.at("2027-11-03T07:59")
    story.sweep()
    assert story.mails("1001") == first_mails("1001")
    story.at("2027-11-03T08:00")
    story.sweep()

    # On Thursday it comes; everything is over.
    story.at("2027-11-04T14:00")
    story.scan("A", "delivered", substatus="delivered_to_recipient")
    assert story.sweep() == 0
    assert story.open_alarms("1001") == []
    story.at("2027-11-04T14:01")
    assert story.sweep() == 0

    assert story.events("1001") == [
        *BEGINNING,
        ("Tue 02 00:00", "shipment.at_risk", "promise_at_risk"),
        ("Wed 03 00:00", "shipment.stalled", "no_news"),
        ("Wed 03 00:00", "shipment.delayed", "promise"),
        ("Thu 04 14:00", CHANGED, "delivered"),
    ]
    assert story.mails("1001") == [
        *first_mails("1001"),
        ("Wed 03 08:00", "Ihr Paket kommt später: Bestellung 1001"),
        ("Thu 04 14:00", "Ihr Paket ist da: Bestellung 1001"),
    ]
    assert story.nothing_failed()


def test_a_denied_delivery_waits_for_a_person_and_stops_the_survey(story) -> None:
    for number, tracking_number in (("denied", "D"), ("happy", "H")):
        sent_on_thursday(story, number, tracking_number, promised_to="2027-10-29")
        story.at("2027-10-29T15:00")
        story.scan(tracking_number, "delivered", substatus="delivered_to_safe_place")
        story.sweep()

    # The night in which the clocks go back: 2:30 comes twice, and she writes in the second of them.
    story.at("2027-10-31T02:30", fold=1)
    assert clock.now().isoformat() == "2027-10-31T01:30:00+00:00"
    story.says("denied", "delivery.denied")
    story.says("denied", "delivery.denied")
    story.sweep()
    assert story.open_alarms("denied") == ["delivery_denied"]

    # Three days after the delivery, at ten by the winter's clock, the others are asked for their opinion.
    story.at("2027-11-01T09:59")
    assert story.sweep() == 0
    assert len(story.mails("happy")) == 3
    story.at("2027-11-01T10:00")
    assert story.sweep() == 0
    story.at("2027-11-09T10:00")
    assert story.sweep() == 0

    arrived = [*BEGINNING, ("Fri 29 15:00", CHANGED, "delivered")]
    assert story.events("denied") == [
        *arrived,
        ("Sun 31 02:30", "delivery.denied", ""),
        ("Sun 31 02:30", "shipment.disputed", "delivery_denied"),
        ("Sun 31 02:30", "delivery.denied", ""),
    ]
    assert story.events("happy") == arrived
    told = [("Fri 29 15:00", "Ihr Paket ist da: Bestellung {number}")]
    assert story.mails("denied") == [
        *first_mails("denied"),
        (told[0][0], told[0][1].format(number="denied")),
        ("Sun 31 02:30", "Wir kümmern uns darum: Bestellung denied"),
    ]
    assert story.mails("happy")[:3] == [*first_mails("happy"), (told[0][0], told[0][1].format(number="happy"))]
    assert [moment for moment, _ in story.mails("happy")[3:]] == ["Mon 01 10:00"]
    # Nobody has seen to it yet, so it waits.
    assert story.open_alarms("denied") == ["delivery_denied"]
    assert story.nothing_failed()


def test_a_false_attempt_needs_the_shopper_and_the_carriers_own_scans(story) -> None:
    munich = {"one": "80331", "two": "80333", "three": "80335"}
    for number, postal_code in {**munich, "berlin": "10115", "early": "81541"}.items():
        sent_on_thursday(story, number, number.upper(), postal_code=postal_code, promised_to="2027-11-05")

    # All Saints' Day: nobody delivers in Munich; in Berlin it is a Monday like any other.
    story.at("2027-11-01T07:00")
    for number in (*munich, "berlin"):
        story.scan(number.upper(), "out_for_delivery")
    story.at("2027-11-01T11:20")
    for number in (*munich, "berlin"):
        story.scan(number.upper(), "attempt_failed", substatus="attempt_failed_not_home")
    story.sweep()
    # Half past five in the morning; by the summer's clock it would be half past six, when couriers may ring.
    story.at("2027-11-02T05:30")
    story.scan("EARLY", "attempt_failed", substatus="attempt_failed_not_home")
    story.sweep()
    assert [story.open_alarms(number) for number in (*munich, "berlin", "early")] == [[], [], [], [], []]

    story.at("2027-11-02T08:00")
    story.sweep()
    story.says("one", "delivery.attempt_disputed", was_home=True)
    story.says("two", "delivery.attempt_disputed", was_home=False)
    story.says("berlin", "delivery.attempt_disputed", was_home=True)
    story.says("early", "delivery.attempt_disputed", was_home=True)
    assert story.sweep() == 0
    story.says("one", "delivery.attempt_disputed", was_home=True)
    assert story.sweep() == 0

    # "one" says so and the scans agree; "two" was out; "three" was not asked; "berlin" has only her word.
    assert story.open_alarms("one") == ["false_attempt"]
    assert story.detail("one", "false_attempt") == {
        "score": 8,
        "signs": ["at_home", "day_off", "same_minute"],
        "attempted_at": "2027-11-01T10:20:00+00:00",
    }
    assert story.detail("early", "false_attempt")["signs"] == ["at_home", "unusual_hour", "never_out"]
    assert [story.open_alarms(number) for number in ("two", "three", "berlin")] == [[], [], []]
    attempted = [
        *BEGINNING,
        ("Mon 01 07:00", CHANGED, "out_for_delivery"),
        ("Mon 01 11:20", CHANGED, "attempt_failed"),
    ]
    said = ("Tue 02 08:00", "delivery.attempt_disputed", "")
    assert story.events("one") == [*attempted, said, ("Tue 02 08:00", "shipment.disputed", "false_attempt"), said]
    assert story.events("two") == story.events("berlin") == [*attempted, said]
    assert story.events("three") == attempted
    # The failed attempt was told as usual: on Monday at once, the early one when the night was over.
    assert story.mails("three")[2:] == [
        ("Mon 01 11:20", "Die Zustellung hat nicht geklappt: Bestellung three"),
    ]
    assert story.mails("early")[2:] == [
        ("Tue 02 08:00", "Die Zustellung hat nicht geklappt: Bestellung early"),
        ("Tue 02 08:00", "Wir kümmern uns darum: Bestellung early"),
    ]
    assert story.nothing_failed()


def test_a_parcel_at_the_locker_is_remembered_before_it_goes_back(story) -> None:
    """Seven days with the day of arrival: Friday 29 October to Thursday 4 November, holidays or not."""
    sent_on_thursday(story, "1001", "A", promised_to="2027-10-29")
    story.at("2027-10-29T12:00")
    story.scan("A", "available_for_pickup", substatus="available_for_pickup_locker")
    story.sweep()

    story.at("2027-11-01T23:59")
    assert story.sweep() == 0
    story.at("2027-11-02T00:00")
    assert story.sweep() == 1
    assert story.sweep() == 0
    story.at("2027-11-02T08:00")
    assert story.sweep() == 0

    assert story.events("1001")[2:] == [
        ("Fri 29 12:00", CHANGED, "available_for_pickup"),
        ("Tue 02 00:00", "shipment.pickup_ending", "pickup_ending"),
    ]
    assert story.mails("1001")[2:] == [
        ("Fri 29 12:00", "Ihr Paket liegt zur Abholung bereit: Bestellung 1001"),
        ("Tue 02 08:00", "Bitte bald abholen: Ihr Paket zu Bestellung 1001"),
    ]
    text = " ".join(story.provider.envelopes[-1].text.split())
    assert "Bitte holen Sie Ihr Paket bis Donnerstag, 4. November ab. Danach geht es an uns zurück." in text
    assert story.nothing_failed()


def test_an_order_nobody_sends_is_noticed_after_hours_of_business_days(story) -> None:
    sent_on_thursday(story, "sent", "A", promised_to="2027-11-19")
    story.at("2027-10-29T17:00")
    story.order("forgotten")

    # Friday from 17:00 has seven hours; Monday is a business day at the merchant's, in Germany as a whole: 31. 55.
    story.at("2027-11-03T16:59")
    assert story.sweep() == 1  # the other parcel's silence
    story.at("2027-11-03T17:00")
    assert story.sweep() == 1
    assert story.sweep() == 0

    assert story.events("forgotten") == [("Wed 03 17:00", "order.not_sent", "not_sent")]
    assert story.open_alarms("forgotten") == ["not_sent"]
    story.at("2027-11-03T18:00")
    story.parcel("forgotten", "B")
    story.sweep()
    assert story.open_alarms("forgotten") == []
    assert story.nothing_failed()
