"""Taking in what people do in a shop besides ordering.

    body ─▶ Behaviour ─(customer known?)─▶ event of its name, with ids only
                  └─ unknown: kept 30 days, attached as soon as somebody known by that id or address comes

Properties stay in their own table: events never carry what may be a person's.
"""

import datetime as dt
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from django.db.models import Q

from orders.checks import behaviour_problems
from orders.enums import AttributeKind
from orders.inputs import BehaviourInput
from orders.models import Behaviour, Customer
from orders.selectors import current_customer
from orders.services.attributes import Seen, attribute_warnings, learn_attributes
from postpurchase.accounts.models import Merchant
from postpurchase.accounts.scoping import all_merchants, merchant_scope
from postpurchase.events.record import NewEvent, Subject, record_events
from postpurchase.lib.emails import normal_email
from postpurchase.lib.locks import lock_names
from postpurchase.lib.validation import Problem, Refused

# How long something of somebody nobody knows is kept.
UNKNOWN_FOR = dt.timedelta(days=30)


@dataclass(frozen=True, slots=True)
class BehaviourResult:
    """What became of one body; ``behaviour`` is None only where ``status`` is invalid."""

    status: Literal["recorded", "duplicate", "invalid"]
    behaviour: Behaviour | None
    errors: tuple[Problem, ...] = ()
    warnings: tuple[Problem, ...] = ()


def record_behaviour(*, merchant: Merchant, data: BehaviourInput, now: dt.datetime) -> BehaviourResult:
    """Take in one body. Raises ``Refused`` for wrong content. Needs the merchant's scope."""
    (result,) = record_behaviours(merchant=merchant, bodies=[data], now=now)
    if result.status == "invalid":
        raise Refused(result.errors)
    return result


def record_behaviours(
    *, merchant: Merchant, bodies: Sequence[BehaviourInput], now: dt.datetime
) -> list[BehaviourResult]:
    """Take in many; results are in the order given. The same ``dedupe_key`` counts once, the first body stays.

    Records an event for each that belongs to somebody known. Needs the merchant's scope.
    """
    lock_names(realm=f"{merchant.id}:behaviours", names=[body.dedupe_key for body in bodies if body.dedupe_key])
    keys = {body.dedupe_key for body in bodies if body.dedupe_key}
    before = {row.dedupe_key: row for row in Behaviour.objects.filter(dedupe_key__in=keys)} if keys else {}
    known = _known_by({_as_told(body.customer) for body in bodies})
    results: list[BehaviourResult] = []
    new: list[Behaviour] = []
    seen: list[Seen] = []
    for body in bodies:
        if problems := behaviour_problems(body, now):
            results.append(BehaviourResult("invalid", None, errors=tuple(problems)))
            continue
        if body.dedupe_key in before:
            results.append(BehaviourResult("duplicate", before[body.dedupe_key]))
            continue
        row = _row(merchant, body, known, now)
        new.append(row)
        if row.dedupe_key:
            before[row.dedupe_key] = row
        properties = [Seen(AttributeKind.EVENT, body.properties, "/properties")] if body.properties else []
        seen += properties
        warnings = attribute_warnings(merchant=merchant, seen=properties)
        results.append(BehaviourResult("recorded", row, warnings=tuple(warnings)))
    Behaviour.objects.bulk_create(new)
    learn_attributes(merchant=merchant, seen=seen, now=now)
    record_events(merchant_id=merchant.id, events=_events(new), now=now)
    return results


def attach_behaviours(*, now: dt.datetime, limit: int = 1_000) -> int:
    """Give what nobody known did to those who have come since, and forget what is too old; return how many found one.

    Looks across merchants. Each merchant is one transaction; what another worker has in hand is left to it.
    """
    with all_merchants("find behaviour of people who were not known"):
        Behaviour.objects.filter(customer__isnull=True, recorded_at__lt=now - UNKNOWN_FOR).delete()
        waiting = Behaviour.objects.filter(customer__isnull=True).order_by().values_list("merchant_id", flat=True)
        merchant_ids = list(waiting.distinct())
    return sum(_attach(merchant_id, now, limit) for merchant_id in merchant_ids)


def _attach(merchant_id: uuid.UUID, now: dt.datetime, limit: int) -> int:
    with merchant_scope(merchant_id):
        told = Behaviour.objects.filter(customer__isnull=True).values_list("told_customer", flat=True).distinct()
        known = _known_by(set(told))
        rows = list(
            Behaviour.objects.select_for_update(skip_locked=True)
            .filter(customer__isnull=True, told_customer__in=known)
            .order_by("recorded_at", "id")[:limit]
        )
        for row in rows:
            row.customer = known[row.told_customer]
        Behaviour.objects.bulk_update(rows, ["customer"])
        record_events(merchant_id=merchant_id, events=_events(rows), now=now)
    return len(rows)


def _as_told(customer: str) -> str:
    """An address in its normal spelling; an id as it is."""
    return normal_email(customer) if "@" in customer else customer


def _known_by(told: set[str]) -> dict[str, Customer]:
    """Return who goes by which id or e-mail address: an id before an address, an account before a guest."""
    addresses = {one for one in told if "@" in one}
    people = Customer.objects.filter(Q(external_id__in=told) | Q(email__in=addresses), erased_at__isnull=True)
    found: dict[str, Customer] = {}
    # Whoever comes later is the better one.
    for customer in sorted(people.order_by("-created_at", "-id"), key=lambda one: bool(one.external_id)):
        if customer.email in addresses:
            found[customer.email] = customer
    for customer in people:
        if customer.external_id in told:
            found[customer.external_id] = customer
    return {name: current_customer(customer) for name, customer in found.items()}


def _row(merchant: Merchant, body: BehaviourInput, known: dict[str, Customer], now: dt.datetime) -> Behaviour:
    told = _as_told(body.customer)
    return Behaviour(
        merchant=merchant,
        name=body.name,
        customer=known.get(told),
        told_customer=told,
        occurred_at=(body.occurred_at or now).astimezone(dt.UTC),
        properties=body.properties,
        dedupe_key=body.dedupe_key,
        recorded_at=now,
    )


def _events(rows: Iterable[Behaviour]) -> list[NewEvent]:
    return [
        NewEvent(
            row.name,
            Subject.customer(row.customer_id),
            {"behaviour_id": row.id, "occurred_at": row.occurred_at},
        )
        for row in rows
        if row.customer_id
    ]
