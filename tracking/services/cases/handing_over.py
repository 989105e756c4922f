"""Files for carriers: what they have to be told about open cases, made once and the same ever after."""

import datetime as dt
import uuid
from collections.abc import Collection, Sequence
from zoneinfo import ZoneInfo

from postpurchase.accounts.models import Merchant
from postpurchase.lib.texts import Texts, texts_for
from tracking.cases.carrier_file import LineFacts, heading, line_of
from tracking.cases.due import HOURS_AFTER_HAND_OVER
from tracking.models import AlarmKind, Case, EntryKind, HandOver, HandOverLine, ShipmentAlarm
from tracking.selectors.cases import cases_for_carrier, shoppers_signs, standing_answer
from tracking.services.cases.entries import By, add_entry, hold_cases
from tracking.services.cases.rules import rules_of, working_hours

MOST_CASES = 500


def hand_over(
    *, merchant: Merchant, carrier: str, case_ids: Collection[uuid.UUID], language: str, by: By, now: dt.datetime
) -> HandOver | None:
    """Make the file about those of ``case_ids`` of which the carrier has not been told yet; up to 500.

    Returns None where there is nothing to tell: pressing the button twice makes one file. Each case says in its history
    that it was handed over and is due again when a carrier usually has answered.
    """
    cases = _held(merchant, carrier, case_ids)
    if not cases:
        return None
    texts = texts_for("tracking", language=language)
    made = HandOver.objects.create(
        merchant=merchant,
        carrier=carrier,
        author=by.member,
        language=texts.language,
        heading=heading(texts),
        made_at=now,
    )
    _write_lines(merchant, made, cases, texts)
    due = working_hours(merchant=merchant, rules=rules_of(merchant=merchant, now=now)).after(now, HOURS_AFTER_HAND_OVER)
    for case in cases:
        data = {"hand_over_id": str(made.id), "carrier": carrier}
        add_entry(case=case, kind=EntryKind.HANDED_OVER, by=by, now=now, data=data)
    told = Case.objects.filter(pk__in=[case.pk for case in cases])
    told.update(handed_over_at=now, due_at=due, updated_at=now)
    return made


def _held(merchant: Merchant, carrier: str, case_ids: Collection[uuid.UUID]) -> list[Case]:
    """The chosen cases, held and looked at again: somebody else may have told of them meanwhile."""
    chosen = [case for case in cases_for_carrier(carrier=carrier) if case.pk in set(case_ids)][:MOST_CASES]
    for order_id in sorted({case.order_id for case in chosen}):
        hold_cases(merchant_id=merchant.id, order_id=order_id)
    kept = {case.pk for case in chosen}
    return [case for case in cases_for_carrier(carrier=carrier) if case.pk in kept]


def _write_lines(merchant: Merchant, made: HandOver, cases: Sequence[Case], texts: Texts) -> None:
    signs = _signs(cases)
    HandOverLine.objects.bulk_create(
        [
            HandOverLine(
                merchant=merchant,
                hand_over=made,
                case=case,
                position=position,
                cells=line_of(
                    _facts(case, signs.get(case.shipment_id, ())), texts=texts, time_zone=ZoneInfo(merchant.time_zone)
                ),
            )
            for position, case in enumerate(cases, start=1)
        ]
    )


def _facts(case: Case, signs: tuple[str, ...]) -> LineFacts:
    entries = list(case.entries.all())
    answer, shipment = standing_answer(entries), case.shipment
    if shipment is None:
        raise TypeError("a case without a parcel is nothing for a carrier")
    return LineFacts(
        tracking_number=shipment.tracking_number,
        order_number=case.order.number,
        country=str(case.order.shipping_address.get("country") or ""),
        reason=case.reason,
        substatus=case.substatus or shipment.substatus,
        status_at=shipment.status_at,
        opened_at=case.opened_at,
        delivery_location=shipment.delivery_location,
        wish={**answer.data, **answer.details} if answer else {},
        signs=tuple(dict.fromkeys((*shoppers_signs(entries), *(signs if case.reason == "false_attempt" else ())))),
    )


def _signs(cases: Sequence[Case]) -> dict[uuid.UUID | None, tuple[str, ...]]:
    """What besides the shopper's word speaks against the attempts, by parcel."""
    alarms = ShipmentAlarm.objects.filter(
        shipment_id__in=[case.shipment_id for case in cases], kind=AlarmKind.FALSE_ATTEMPT
    )
    return {alarm.shipment_id: tuple(map(str, alarm.detail.get("signs", ()))) for alarm in alarms}
