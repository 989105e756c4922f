"""What shops report about their customers' consents: evidence, stored once and never changed."""

import datetime as dt
import hashlib
import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from orders.inputs import ConsentInput
from orders.models import ConsentReport
from orders.notice_proof import read_proof
from orders.services.notices import known_versions
from postpurchase.accounts.models import Merchant
from postpurchase.events.record import NewEvent, Subject


@dataclass(frozen=True, slots=True)
class ReportedConsents:
    """Consents of one customer, with the order in which they were given and the telephone number that came along."""

    customer_id: uuid.UUID
    order_id: uuid.UUID | None
    consents: Sequence[ConsentInput]
    phone: str = ""


def record_consents(*, merchant: Merchant, reported: Sequence[ReportedConsents], now: dt.datetime) -> list[NewEvent]:
    """Store the reports that are new and return ``customer.consent_reported`` events to record, one per order."""
    rows = {
        (report.customer_id, fingerprint): (report, consent)
        for report in reported
        for consent in report.consents
        for fingerprint in [_fingerprint(report.order_id, consent)]
    }
    if not rows:
        return []
    known = set(
        ConsentReport.objects.filter(
            customer_id__in={customer_id for customer_id, _ in rows},
            fingerprint__in={fingerprint for _, fingerprint in rows},
        ).values_list("customer_id", "fingerprint")
    )
    proofs = _proofs([consent for _, consent in rows.values()])
    new = [
        ConsentReport(
            merchant=merchant,
            customer_id=customer_id,
            order_id=report.order_id,
            channel=consent.channel,
            purpose=consent.purpose,
            basis=consent.basis,
            obtained_at=consent.obtained_at,
            wording=consent.wording,
            source=consent.source,
            phone="" if consent.channel == "email" else report.phone,
            notice_version_id=proofs.get(consent.notice_proof),
            notice_proof=consent.notice_proof if consent.notice_proof in proofs else "",
            fingerprint=fingerprint,
            reported_at=now,
        )
        for (customer_id, fingerprint), (report, consent) in rows.items()
        if (customer_id, fingerprint) not in known
    ]
    ConsentReport.objects.bulk_create(new)
    by_order: dict[tuple[uuid.UUID, uuid.UUID | None], list[str]] = {}
    for row in new:
        by_order.setdefault((row.customer_id, row.order_id), []).append(str(row.id))
    return [
        NewEvent(
            "customer.consent_reported",
            Subject.customer(customer_id),
            {"consent_report_ids": ids, "order_id": order_id and str(order_id)},
        )
        for (customer_id, order_id), ids in by_order.items()
    ]


def _proofs(consents: Sequence[ConsentInput]) -> dict[str, uuid.UUID]:
    """Return proof → version for the proofs that hold: ours, of their time, and of this merchant's notices."""
    read = {
        consent.notice_proof: proof.version_id
        for consent in consents
        if consent.notice_proof
        for proof in [read_proof(consent.notice_proof, ordered_at=consent.obtained_at)]
        if proof is not None
    }
    known = known_versions(set(read.values()))
    return {proof: version_id for proof, version_id in read.items() if version_id in known}


def _fingerprint(order_id: uuid.UUID | None, consent: ConsentInput) -> str:
    obtained_at = consent.obtained_at.astimezone(dt.UTC).isoformat()
    parts = [str(order_id), consent.channel, consent.purpose, consent.basis, obtained_at, consent.wording]
    if consent.notice_proof:
        parts.append(consent.notice_proof)
    return hashlib.sha256("\x00".join(parts).encode()).hexdigest()
