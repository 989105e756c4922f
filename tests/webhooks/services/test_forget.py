"""The log is kept for 30 days, what waits is kept as long as it waits, and a person's traces can go at once."""

import datetime as dt

from postpurchase.accounts.scoping import merchant_scope
from postpurchase.webhooks.models import WebhookAttempt, WebhookDelivery
from postpurchase.webhooks.services.forget import KEEP, forget_answers, forget_old_deliveries
from postpurchase.webhooks.services.plan import plan_all
from postpurchase.webhooks.tasks import forget_old_deliveries as forget_task
from tests.conftest import NOW
from tests.tenancy.rows import fill_world
from tests.webhooks.making import make_endpoint, record


def made(merchant, settings, **ages: dt.timedelta) -> None:
    """A delivery for each name, planned so long ago, with an attempt each."""
    settings.EGRESS_ALLOW = ["127.0.0.1:9"]
    with merchant_scope(merchant.id):
        make_endpoint(merchant, "http://127.0.0.1:9/")
        for name in ages:
            record(merchant, name)
    plan_all(now=NOW)
    with merchant_scope(merchant.id):
        for name, age in ages.items():
            WebhookDelivery.objects.filter(event_type=name).update(
                planned_at=NOW - age, state="pending" if name == "waiting" else "delivered"
            )
        for delivery in WebhookDelivery.objects.all():
            WebhookAttempt.objects.create(
                merchant=merchant, delivery=delivery, number=1, started_at=NOW, answer="Anna Muster"
            )


def left(merchant) -> list[str]:
    with merchant_scope(merchant.id):
        assert WebhookAttempt.objects.count() == WebhookDelivery.objects.count()
        return sorted(WebhookDelivery.objects.values_list("event_type", flat=True))


def test_what_is_older_than_thirty_days_goes(merchant, settings):
    day = dt.timedelta(days=1)
    made(merchant, settings, fresh=29 * day, old=KEEP, older=31 * day, waiting=40 * day)

    assert forget_old_deliveries(now=NOW) == 2
    assert forget_old_deliveries(now=NOW) == 0

    assert left(merchant) == ["fresh", "waiting"]


def test_a_long_log_goes_in_batches(merchant, settings, monkeypatch):
    from postpurchase.webhooks.services import forget

    monkeypatch.setattr(forget, "BATCH", 2)
    made(merchant, settings, **{f"old{n}": dt.timedelta(days=10_000) for n in range(5)})

    forget_task()

    assert left(merchant) == []


def test_what_receivers_answered_about_a_person_can_go_at_once(merchant, other_merchant, settings):
    made(merchant, settings, one=dt.timedelta(), two=dt.timedelta())
    with merchant_scope(other_merchant.id):
        fill_world(other_merchant, mark="THEIRS")
        theirs = WebhookAttempt.objects.count()
    with merchant_scope(merchant.id):
        subject = WebhookDelivery.objects.get(event_type="one").subject_id

        assert forget_answers(merchant=merchant, subject_ids=[subject]) == 1

        assert list(WebhookAttempt.objects.values_list("delivery__event_type", flat=True)) == ["two"]
        assert WebhookDelivery.objects.count() == 2
    with merchant_scope(other_merchant.id):
        assert WebhookAttempt.objects.count() == theirs > 0
