"""What the points page shows: balance, badges, what is pending or on its way, how to earn, and every entry."""

import datetime as dt
from dataclasses import dataclass

from babel.numbers import get_territory_currencies

from loyalty.enums import Explanation, Trigger
from loyalty.models import EarningRule, LedgerEntry, Programme
from loyalty.pages.badges import BadgeLine, badge_lines
from loyalty.pages.speech import Speech, speech_for
from loyalty.rules import Conditions
from loyalty.selectors import Loyalty, history, loyalty_of_customer, rules_in_force, upcoming
from orders.models import Customer, Order
from postpurchase.accounts.brand import PageBrand, page_brand
from postpurchase.accounts.models import Merchant, Store
from postpurchase.accounts.models.store import DEFAULT_STORE

PAGE_SIZE = 25


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the balance: what it is and how much."""

    label: str
    points: str


@dataclass(frozen=True, slots=True)
class WayToEarn:
    """A rule in words. ``icon`` names a picture of the icon set."""

    icon: str
    title: str
    gives: str
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class EntryLine:
    """One entry of the ledger in words. ``tone`` is plus, minus or empty."""

    title: str
    day: str
    note: str
    points: str
    tone: str


@dataclass(frozen=True, slots=True)
class UpcomingLine:
    """An order whose points are still to come."""

    title: str
    when: str
    points: str


@dataclass(frozen=True, slots=True)
class PointsPage:
    """Everything in words already. ``older`` is the next page of the history, 0 where there is none."""

    brand: PageBrand
    language: str
    store: str
    units: str
    number: str
    unit: str
    parts: tuple[Part, ...]
    has_pending: bool
    owed: str
    upcoming: tuple[UpcomingLine, ...]
    ways: tuple[WayToEarn, ...]
    running: bool
    badges: tuple[BadgeLine, ...]
    entries: tuple[EntryLine, ...]
    older: int
    first_page: bool
    terms_url: str


def points_page(
    *,
    merchant: Merchant,
    customer: Customer,
    programme: Programme | None,
    now: dt.datetime,
    accepted: str = "",
    number: int = 1,
) -> tuple[PointsPage, Speech]:
    """Return the page and its voice; ``number`` is the page of the history, from 1.

    ``accepted`` is an Accept-Language header.
    """
    newest = Order.objects.filter(customer=customer).select_related("store").order_by("-placed_at", "-id").first()
    store = newest.store if newest else Store.objects.get(slug=DEFAULT_STORE)
    speech = speech_for(
        merchant=merchant, store=store, programme=programme, customer=customer, order=newest, accepted=accepted
    )
    standing = loyalty_of_customer(merchant=merchant, customer=customer, now=now)
    start = (number - 1) * PAGE_SIZE
    shown = list(history(merchant=merchant, customer=customer)[start : start + PAGE_SIZE + 1])
    running = programme is not None and programme.active
    coming = upcoming(merchant=merchant, customer=customer, now=now) if running else []
    page = PointsPage(
        brand=page_brand(merchant=merchant, store=store),
        language=speech.texts.language,
        store=store.name,
        units=speech.units["other"],
        number=speech.number(standing.balance.points),
        unit=speech.unit(standing.balance.points),
        parts=_parts(standing, speech),
        has_pending=bool(standing.pending),
        owed=speech.points(standing.balance.receivable) if standing.balance.receivable else "",
        upcoming=tuple(
            UpcomingLine(
                title=speech("points.history.purchase", number=item.order.number),
                when=speech(
                    f"points.upcoming.{'paid' if item.prospect.waits_for == Trigger.ORDER_PAID else 'delivered'}"
                ),
                points=speech.signed(item.prospect.points),
            )
            for item in coming
        ),
        ways=_ways(programme, newest, speech, now) if programme and running else (),
        running=running,
        badges=badge_lines(merchant=merchant, customer=customer, language=speech.texts.language, tone=store.tone),
        entries=tuple(_entry(row, store, speech, now) for row in shown[:PAGE_SIZE]),
        older=number + 1 if len(shown) > PAGE_SIZE else 0,
        first_page=number == 1,
        terms_url=programme.terms_url if programme else "",
    )
    return page, speech


def _parts(standing: Loyalty, speech: Speech) -> tuple[Part, ...]:
    """Nothing where everything is available: then the balance says it all."""
    if not standing.pending and not standing.expiring:
        return ()
    by_day: dict[str, int] = {}
    for pending in standing.pending:
        label = speech("points.pending", date=speech.day(pending.at))
        by_day[label] = by_day.get(label, 0) + pending.points
    for ending in standing.expiring:
        label = speech("points.expiring", date=speech.day(ending.at))
        by_day[label] = by_day.get(label, 0) + ending.points
    available = Part(speech("points.available"), speech.number(standing.balance.available))
    return (available, *(Part(label, speech.number(points)) for label, points in by_day.items()))


def _ways(programme: Programme, newest: Order | None, speech: Speech, now: dt.datetime) -> tuple[WayToEarn, ...]:
    ways = []
    for rule in rules_in_force(programme=programme, now=now):
        conditions = Conditions.parse(rule.conditions)
        if newest is not None and conditions.stores and newest.store.slug not in conditions.stores:
            continue
        currency = _currency(conditions, newest, programme.merchant)
        ways.append(_way(rule, conditions, currency, speech))
    return tuple(ways)


def _way(rule: EarningRule, conditions: Conditions, currency: str, speech: Speech) -> WayToEarn:
    notes = []
    if rule.trigger == Trigger.SURVEY_ANSWERED:
        icon, title = "chat", speech("points.earn.survey")
        gives = speech("points.earn.survey_fixed", points=speech.points(rule.points))
        notes.append(speech("points.earn.survey_how"))
    else:
        icon, title = "bag", speech("points.earn.purchase")
        gives = _purchase_gives(rule, conditions, currency, speech)
        notes.append(speech(f"points.earn.purchase_{rule.trigger.removeprefix('order.')}"))
    if rule.hold_days:
        notes.append(speech("points.earn.purchase_hold", count=rule.hold_days))
    if rule.valid_until:
        # The last moment is no longer part of it: "until midnight of the 1st" means the day before.
        notes.append(speech("points.earn.until", date=speech.day(rule.valid_until - dt.timedelta(microseconds=1))))
    return WayToEarn(icon, title, gives, tuple(notes))


def _purchase_gives(rule: EarningRule, conditions: Conditions, currency: str, speech: Speech) -> str:
    points = speech.points(rule.points)
    if rule.per_amount is None:
        gives = speech("points.earn.purchase_fixed", points=points)
    else:
        gives = speech("points.earn.purchase_per", points=points, amount=speech.money(rule.per_amount, currency))
    if conditions.minimum:
        minimum = speech.money(conditions.minimum, currency)
        gives = f"{gives}, {speech('points.earn.purchase_minimum', amount=minimum)}"
    return gives


def _currency(conditions: Conditions, newest: Order | None, merchant: Merchant) -> str:
    """The money the customer pays with, where the rule is about it; else the rule's, else the merchant's."""
    if newest is not None and newest.currency in (conditions.currencies or (newest.currency,)):
        return newest.currency
    return conditions.currencies[0] if conditions.currencies else get_territory_currencies(merchant.country)[0]


def _entry(entry: LedgerEntry, store: Store, speech: Speech, now: dt.datetime) -> EntryLine:
    return EntryLine(
        title=_entry_title(entry, store, speech),
        day=speech.day(entry.occurred_at),
        note=_entry_note(entry, speech, now),
        points=speech.signed(entry.points),
        tone="plus" if entry.points > 0 else "minus" if entry.points < 0 else "",
    )


def _entry_title(entry: LedgerEntry, store: Store, speech: Speech) -> str:
    explanation = entry.explanation
    if explanation == Explanation.MANUAL:
        return speech(f"points.history.manual_{'plus' if entry.points > 0 else 'minus'}", store=store.name)
    if explanation == Explanation.MERGED:
        return speech(f"points.history.merged_{'plus' if entry.points > 0 else 'minus'}")
    return speech(f"points.history.{explanation}", number=entry.order.number if entry.order else "")


def _entry_note(entry: LedgerEntry, speech: Speech, now: dt.datetime) -> str:
    if entry.points > 0 and entry.available_at and entry.available_at > now:
        return speech("points.history.pending", date=speech.day(entry.available_at))
    if entry.receivable > 0:
        return speech("points.history.shortfall", points=speech.points(entry.receivable))
    return ""
