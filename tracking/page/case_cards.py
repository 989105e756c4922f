"""What the tracking page says of problems: what we know, since when, by when the shopper hears, and what is asked.

Pure: cases with their history in, words out. A case that a shopper knows nothing of is not shown, unless it asks them
something or the team has written to them.
"""

import datetime as dt
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from tracking.cases.choices import Choice, choices_for
from tracking.models import Case, CaseEntry, CaseReason, CaseState, EntryKind
from tracking.page.days import Days
from tracking.page.sayings import sentence
from tracking.selectors.cases import replies_to_shopper, said_by_shopper, shoppers_signs, standing_answer

_CARRIERS_NEWS = (EntryKind.OPENED, EntryKind.HAPPENED_AGAIN, EntryKind.REOPENED)


@dataclass(frozen=True, slots=True)
class Option:
    """One choice. ``days`` are the days that go with it: value and words."""

    value: str
    label: str
    days: tuple[tuple[str, str], ...] = ()
    is_chosen: bool = False


@dataclass(frozen=True, slots=True)
class Reply:
    """What the team wrote to the shopper."""

    text: str
    when: str


@dataclass(frozen=True, slots=True)
class CaseCard:
    """One problem. ``asks_home``: was somebody at home? ``options``: what is to be done?

    ``needs_code``: another address may be given after a one-time code. ``may_be_found``: what is missing may turn up.
    """

    id: uuid.UUID
    heading: str
    title: str
    told: tuple[str, ...]
    replies: tuple[Reply, ...]
    asks_home: bool
    options: tuple[Option, ...]
    needs_code: bool
    may_be_found: bool
    is_over: bool


def case_cards(
    cases: Iterable[Case],
    *,
    parcels: Mapping[uuid.UUID, str],
    days: Days,
    verified: bool,
    choosable: Sequence[dt.date],
) -> tuple[CaseCard, ...]:
    """Return the cards of an order's cases. ``parcels`` gives what a parcel is called, empty where it is the only one.

    The cases' entries must be at hand, oldest first. ``choosable`` are the days another delivery may be on.
    """
    cards = (_card(case, parcels, days, verified, choosable) for case in cases)
    return tuple(card for card in cards if card is not None)


def _card(
    case: Case, parcels: Mapping[uuid.UUID, str], days: Days, verified: bool, choosable: Sequence[dt.date]
) -> CaseCard | None:
    texts, entries = days.texts, list(case.entries.all())
    is_over = case.state != CaseState.OPEN
    answer = standing_answer(entries)
    choices = () if is_over else choices_for(case.reason, verified=verified)
    asks_home = not is_over and _asks_home(case, entries)
    replies = tuple(Reply(entry.text, sentence(days.moment(entry.happened_at))) for entry in replies_to_shopper(case))
    is_known = said_by_shopper(case)
    if not (is_known or replies or choices or asks_home):
        return None
    we_care = is_known or bool(replies)
    title = "over" if is_over else "ours" if we_care and not choices else "question" if not answer else "thanks"
    return CaseCard(
        id=case.id,
        heading=parcels.get(case.shipment_id, "") if case.shipment_id else "",
        title=texts(f"cases.title.{title}"),
        told=tuple(_told(case, entries, answer, days, we_care=we_care, is_over=is_over)),
        replies=replies,
        asks_home=asks_home,
        options=tuple(_option(choice, answer, days, choosable) for choice in choices),
        needs_code=bool(choices) and Choice.NEW_ADDRESS not in choices,
        may_be_found=case.reason == CaseReason.NOT_RECEIVED and not is_over,
        is_over=is_over,
    )


def _told(
    case: Case, entries: Sequence[CaseEntry], answer: CaseEntry | None, days: Days, *, we_care: bool, is_over: bool
) -> Iterable[str]:
    """The sentences of a card: what it is about, what the shopper said, since when we see to it and by when."""
    texts = days.texts
    yield texts(f"cases.about.{case.reason}")
    if answer is not None:
        yield _answered(answer, days)
    if any(entry.kind == EntryKind.AT_HOME and entry.data.get("was_home") for entry in entries):
        yield texts("cases.was_home")
        if "no_ring" in shoppers_signs(entries):
            yield texts("cases.not_rung")
    if is_over:
        ended = days.name(days.local(case.resolved_at or case.updated_at).date())
        yield texts(f"cases.outcome.{case.outcome}")
        yield texts("cases.over_since", day=ended)
    elif we_care:
        since = next((entry.happened_at for entry in reversed(entries) if entry.kind in _CARRIERS_NEWS), case.opened_at)
        since_day = days.name(days.local(since).date())
        if case.due_at > days.now:
            due = days.local(case.due_at).date()
            yield texts("cases.hear_by", since=since_day, until=days.full_name(due))
        else:
            yield texts("cases.takes_longer", since=since_day)


def _answered(answer: CaseEntry, days: Days) -> str:
    texts, choice = days.texts, answer.data.get("choice")
    if choice == Choice.NEW_DATE and answer.details.get("day"):
        return texts("cases.chosen.new_date", day=days.full_name(dt.date.fromisoformat(answer.details["day"])))
    return texts(f"cases.chosen.{choice}") if choice != Choice.NEW_DATE else texts("cases.chosen.another_date")


def _asks_home(case: Case, entries: Sequence[CaseEntry]) -> bool:
    if case.reason != CaseReason.FAILED_ATTEMPT or case.substatus != "attempt_failed_not_home":
        return False
    relevant = [entry for entry in entries if entry.kind == EntryKind.AT_HOME or entry.kind in _CARRIERS_NEWS]
    return bool(relevant) and relevant[-1].kind != EntryKind.AT_HOME


def _option(choice: Choice, answer: CaseEntry | None, days: Days, choosable: Sequence[dt.date]) -> Option:
    return Option(
        value=choice.value,
        label=days.texts(f"cases.choice.{choice.value}"),
        days=tuple((day.isoformat(), sentence(days.full_name(day))) for day in choosable)
        if choice == Choice.NEW_DATE
        else (),
        is_chosen=answer is not None and answer.data.get("choice") == choice,
    )
