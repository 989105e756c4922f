"""When the shopper is written to about a problem: it was heard, it was answered, it is over; once each."""

import datetime as dt
import re
from zoneinfo import ZoneInfo

import pytest
import time_machine

from messaging.models import JourneyDecision, Message
from messaging.services.advance import wake_runs
from messaging.services.case_facts import case_facts
from messaging.services.journeys import install_standard_journeys, set_active
from messaging.services.render import render_message
from orders.models import Order
from postpurchase.accounts.scoping import merchant_scope
from postpurchase.events.dispatch import handle_subject
from postpurchase.events.models import Event
from tests.conftest import NOW
from tests.messaging.making import make_order, make_shipment
from tracking.models import Case, CaseActor, CaseOutcome, CaseReason, CaseSource
from tracking.services.cases.answering import Report, report_problem
from tracking.services.cases.closing import reopen_case, resolve_case
from tracking.services.cases.entries import CARRIER, By
from tracking.services.cases.opening import Occurrence, open_case
from tracking.services.cases.working import reply_to_shopper, write_note

pytestmark = pytest.mark.usefixtures("in_scope")

TEAM = By(CaseActor.TEAM)
MINUTE = dt.timedelta(minutes=1)
SAID = "Eine Tasse ist kaputt. Anrufen: 0900 123456, http://evil.example"


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def order(merchant):
    install_standard_journeys(merchant=merchant, now=NOW)
    return make_order(merchant, number="1001")


def report(merchant, order, *, text: str = SAID, now: dt.datetime = NOW) -> Case:
    return report_problem(merchant=merchant, order=order, report=Report(CaseReason.DAMAGED, text), now=now)


def noticed_by_carrier(merchant, order) -> Case:
    occurrence = Occurrence(CaseReason.LOST, CaseSource.CARRIER, key="event:1")
    return open_case(merchant=merchant, order=order, shipment=make_shipment(order), occurrence=occurrence, now=NOW)


def handle(order) -> None:
    while handle_subject(merchant_id=order.merchant_id, subject_id=order.id):
        pass


def planned() -> list[tuple[str, str]]:
    return list(Message.objects.order_by("planned_at", "id").values_list("template", "state"))


def refusals(key: str) -> list[str]:
    rows = JourneyDecision.objects.filter(journey__key=key, outcome="not_entered")
    return list(rows.values_list("reason", flat=True))


def text_of(message: Message) -> str:
    return re.sub(r"\s+", " ", render_message(message=message, now=message.planned_at).text)


def test_who_reports_a_problem_hears_at_once_that_it_was_heard_and_by_when_there_is_more(merchant, order):
    case = report(merchant, order)
    handle(order)

    message = Message.objects.get()
    entry = case.entries.get()
    assert (message.template, message.message_class, message.state) == ("case_received", "service", "ready")
    assert message.immediate
    assert message.dedupe_key == f"case_received:received:case_entry:{entry.id}:once"
    text = text_of(message)
    assert "Ihre Meldung ist bei uns angekommen" in text
    assert "Darum geht es Etwas ist beschädigt." in text
    assert "Bis Donnerstag, 16. Juli hören Sie von uns" in text
    assert f"#case-{case.id}" in text


def test_what_the_shopper_wrote_is_in_no_mail_and_in_no_event(merchant, order):
    report(merchant, order)
    handle(order)

    mail = render_message(message=Message.objects.get(), now=NOW)
    assert "0900" not in mail.subject + mail.text + mail.html
    assert "evil.example" not in mail.subject + mail.text + mail.html
    assert not any("evil.example" in str(event.data) for event in Event.objects.all())


def test_saying_it_again_is_acknowledged_once_and_a_case_opened_anew_again(merchant, order):
    case = report(merchant, order)
    report(merchant, order)
    report(merchant, order, text="Die zweite auch")
    handle(order)
    resolve_case(case=case, outcome=CaseOutcome.SENT_AGAIN, by=CARRIER, now=NOW)
    report(merchant, order, text="Auch die neue ist kaputt")
    handle(order)

    assert [template for template, _ in planned()] == ["case_received", "case_received"]


def test_what_only_the_team_and_the_carrier_know_of_stays_silent(merchant, order):
    case = noticed_by_carrier(merchant, order)
    write_note(case=case, text="Mal sehen", by=TEAM, now=NOW)
    resolve_case(case=case, outcome=CaseOutcome.NOTHING_TO_DO, by=TEAM, now=NOW)
    reopen_case(merchant=merchant, case=case, by=TEAM, now=NOW)
    handle(order)
    wake_runs(now=NOW + 5 * MINUTE)

    assert planned() == []
    assert refusals("case_resolved") == ["not:case.known_to_shopper"]


def test_the_teams_answer_comes_by_mail_word_for_word_and_as_text_only(merchant, order):
    case = noticed_by_carrier(merchant, order)
    words = "Das <b>tut</b> uns leid.\n\n-- \n{number} {% now %} <script>alert(1)</script>"
    reply_to_shopper(case=case, text=words, by=TEAM, now=NOW)
    handle(order)
    before = planned()
    wake_runs(now=NOW + 2 * MINUTE)
    wake_runs(now=NOW + 3 * MINUTE)

    message = Message.objects.get()
    mail = render_message(message=message, now=NOW + 2 * MINUTE)
    assert (before, planned()) == ([], [("case_answered", "ready")])
    assert "  Das <b>tut</b> uns leid.\n" in mail.text
    # Indented, it does not begin the signature that mail programs fold away.
    assert mail.text.count("\n-- \n") == 1
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in mail.html
    assert "<script>" not in mail.html
    assert "{number} {% now %}" in mail.html
    assert mail.subject == "Unsere Antwort zu Ihrer Bestellung 1001"


def test_two_answers_are_two_mails_each_with_its_own_words(merchant, order):
    case = report(merchant, order)
    for minute, text in enumerate(["Wir sehen nach.", "Sie bekommen eine neue."]):
        reply_to_shopper(case=case, text=text, by=TEAM, now=NOW + minute * MINUTE)
    handle(order)
    wake_runs(now=NOW + 5 * MINUTE)

    texts = [text_of(one) for one in Message.objects.filter(template="case_answered")]
    assert sorted("Wir sehen nach." in text for text in texts) == [False, True]
    assert sorted("Sie bekommen eine neue." in text for text in texts) == [False, True]


def test_an_answer_and_the_end_right_after_it_are_one_mail(merchant, order):
    case = report(merchant, order)
    reply_to_shopper(case=case, text="Eine neue ist unterwegs.", by=TEAM, now=NOW)
    resolve_case(case=case, outcome=CaseOutcome.SENT_AGAIN, by=TEAM, now=NOW)
    handle(order)
    wake_runs(now=NOW + 2 * MINUTE)

    assert refusals("case_resolved") == ["not:case.answer_under_way"]
    message = Message.objects.exclude(template="case_received").get()
    assert message.template == "case_answered"
    text = text_of(message)
    assert "Eine neue ist unterwegs." in text
    assert "Damit ist es erledigt Wir haben es noch einmal an Sie geschickt." in text


def test_where_answers_are_switched_off_the_end_is_told_all_the_same(merchant, order):
    set_active(merchant=merchant, key="case_answered", active=False, now=NOW)
    case = report(merchant, order)
    reply_to_shopper(case=case, text="Eine neue ist unterwegs.", by=TEAM, now=NOW)
    resolve_case(case=case, outcome=CaseOutcome.SENT_AGAIN, by=TEAM, now=NOW)
    handle(order)
    wake_runs(now=NOW + 2 * MINUTE)

    assert ("case_resolved", "ready") in planned()
    assert "case_answered" not in dict(planned())


def test_the_end_is_told_with_how_it_ended_once_for_each_time(merchant, order, clock):
    case = report(merchant, order)
    handle(order)
    clock.move_to(NOW + 60 * MINUTE)
    resolve_case(case=case, outcome=CaseOutcome.REFUNDED, by=By(CaseActor.API), now=NOW + 60 * MINUTE)
    resolve_case(case=case, outcome=CaseOutcome.REFUNDED, by=TEAM, now=NOW + 60 * MINUTE)
    handle(order)

    message = Message.objects.get(template="case_resolved")
    assert message.state == "ready"
    assert "So ist es ausgegangen: Sie bekommen Ihr Geld zurück." in text_of(message)

    reopen_case(merchant=merchant, case=case, by=TEAM, now=NOW + 61 * MINUTE)
    resolve_case(case=case, outcome=CaseOutcome.EXPLAINED, by=TEAM, now=NOW + 62 * MINUTE)
    handle(order)

    assert Message.objects.filter(template="case_resolved").count() == 2


def test_what_a_parcel_settles_by_itself_is_left_to_the_parcels_own_mails(merchant, order):
    case = report(merchant, order)
    handle(order)
    resolve_case(case=case, outcome=CaseOutcome.DELIVERED, by=CARRIER, now=NOW + MINUTE)
    handle(order)

    # What waited is taken back: nobody has to look after it any more.
    assert planned() == [("case_received", "suppressed")]
    assert Message.objects.get().reason == "case_over"


def test_an_end_that_is_taken_back_before_it_was_told_is_not_told(merchant, order):
    case = report(merchant, order)
    resolve_case(case=case, outcome=CaseOutcome.EXPLAINED, by=TEAM, now=NOW)
    reopen_case(merchant=merchant, case=case, by=TEAM, now=NOW)
    handle(order)

    assert "case_resolved" not in [template for template, state in planned() if state == "ready"]


def test_history_and_orders_without_a_person_are_written_to_nobody(merchant, order):
    nobodys = make_order(merchant)
    Order.objects.filter(pk=nobodys.pk).update(customer=None)
    for other in (make_order(merchant, backfill=True), nobodys):
        case = report(merchant, other)
        reply_to_shopper(case=case, text="Eine neue ist unterwegs.", by=TEAM, now=NOW)
        handle(other)
    wake_runs(now=NOW + 5 * MINUTE)

    assert planned() == []


def test_an_answer_whose_words_were_erased_is_not_sent(merchant, order):
    case = report(merchant, order)
    reply_to_shopper(case=case, text="Eine neue ist unterwegs.", by=TEAM, now=NOW)
    handle(order)
    wake_runs(now=NOW + 2 * MINUTE)
    case.entries.filter(kind="replied").update(text="")

    with pytest.raises(Exception, match="missing_reply"):
        render_message(message=Message.objects.get(template="case_answered"), now=NOW)


def test_a_case_of_somebody_else_is_no_fact_of_this_order(merchant, other_merchant, order):
    foreign = report(merchant, make_order(merchant))
    with merchant_scope(other_merchant.id):
        theirs = make_order(other_merchant)
        case = report(other_merchant, theirs)
    message_of_order = Message(
        merchant=merchant, order=order, customer=order.customer, context={"case_id": str(foreign.id)}
    )
    zone = ZoneInfo("UTC")

    assert case_facts(message=message_of_order, zone=zone, now=NOW) is None
    message_of_order.context = {"case_id": str(case.id)}
    assert case_facts(message=message_of_order, zone=zone, now=NOW) is None
