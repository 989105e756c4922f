"""Who agreed to what. Every change is a row of evidence; ``Permission`` only repeats what the newest one says.

Marketing by e-mail may rest on consent or on an existing business relation (§ 7 (3) UWG, § 174 (4) TKG 2021); on other
channels it may not. A shop's bare ``accepts_marketing: true`` is stored with the customer and grants nothing: it does
not say when, where and to what words the person agreed.

A yes to SMS or WhatsApp is for one number (``PermissionEvidence.phone``). A number that its owner confirmed by a code
is replaced only by another one they confirm; what a shop reports later is kept as evidence and changes it no more.
"""

import datetime as dt
import uuid
from collections.abc import Iterable
from dataclasses import dataclass

from messaging.enums import Basis, Channel, PermissionStatus, Purpose
from messaging.models import Permission, PermissionEvidence
from messaging.services.addresses import lift_objection
from orders.models import ConsentReport, Customer
from postpurchase.accounts.models import Merchant
from postpurchase.events.models import Event
from postpurchase.events.record import NewEvent, Subject, record_events
from postpurchase.lib import clock

# What a person leaves when they only say "no more": what rests on their permission. Messages about their own orders
# rest on the contract; they are ended one by one, by name.
WITHOUT_CONTRACT = (Purpose.SURVEY, Purpose.MARKETING)


@dataclass(frozen=True, slots=True)
class Declaration:
    """A person said yes or no: to what, when, where (``source``) and to which words."""

    channel: Channel
    purpose: Purpose
    status: PermissionStatus
    basis: Basis
    obtained_at: dt.datetime
    source: str
    wording: str = ""
    phone: str = ""
    consent_report_id: uuid.UUID | None = None

    @property
    def is_confirmed(self) -> bool:
        return self.phone != "" and self.consent_report_id is None


def on_consent_reported(*, event: Event) -> None:
    """Derive permissions from what a shop reported."""
    reports = ConsentReport.objects.filter(pk__in=event.data["consent_report_ids"]).select_related("customer")
    by_customer: dict[uuid.UUID, list[ConsentReport]] = {}
    for report in reports.order_by("obtained_at", "id"):
        if report.customer.erased_at is None and is_sufficient(report):
            by_customer.setdefault(report.customer_id, []).append(report)
    for customer_reports in by_customer.values():
        _declare(
            merchant_id=event.merchant_id,
            customer=customer_reports[0].customer,
            declarations=[_granted_by(report) for report in customer_reports],
            now=clock.now(),
        )


def is_sufficient(report: ConsentReport) -> bool:
    """Say whether a report can carry a permission by law.

    A contract carries service only, and nothing on WhatsApp, where Meta asks for consent. An existing business relation
    carries advertising by e-mail only, and only where it is proved that the person was told at the checkout that they
    may object (``orders/services/notices.py``).
    """
    match report.basis:
        case Basis.CONSENT:
            return True
        case Basis.EXISTING_CUSTOMER:
            by_email = report.channel == Channel.EMAIL and report.purpose in WITHOUT_CONTRACT
            return by_email and report.notice_version_id is not None
        case _:
            return report.purpose == Purpose.SERVICE and report.channel != Channel.WHATSAPP


def grant(
    *,
    merchant: Merchant,
    customer: Customer,
    channel: Channel,
    purpose: Purpose,
    source: str,
    wording: str,
    now: dt.datetime,
    phone: str = "",
) -> bool:
    """Record that a person agreed just now, and to which words. Returns whether a no became a yes.

    ``phone`` is the number they confirmed, for SMS and WhatsApp.
    """
    declaration = Declaration(
        channel=channel,
        purpose=purpose,
        status=PermissionStatus.GRANTED,
        basis=Basis.CONSENT,
        obtained_at=now,
        source=source,
        wording=wording,
        phone=phone,
    )
    return _declare(merchant_id=merchant.id, customer=customer, declarations=[declaration], now=now) > 0


def withdraw(
    *,
    merchant: Merchant,
    customer: Customer,
    channel: Channel | None,
    purpose: Purpose | None,
    source: str,
    now: dt.datetime,
    phone: str = "",
) -> int:
    """Record that a person said no, for one channel and purpose or (None) for all. Returns how many changed.

    Without a purpose it is everything that needs permission, surveys and marketing; a person who wants no messages
    about their orders either says so by naming ``service``. ``phone`` is the number they said it from. Counts from the
    moment of commit: messages that wait are asked for permission again when a worker takes them in hand.
    """
    declarations = [
        Declaration(
            channel=one_channel,
            purpose=one_purpose,
            status=PermissionStatus.WITHDRAWN,
            basis=Basis.CONSENT,
            obtained_at=now,
            source=source,
            phone=phone,
        )
        for one_channel in ([channel] if channel else Channel)
        for one_purpose in ([purpose] if purpose else WITHOUT_CONTRACT)
    ]
    return _declare(merchant_id=merchant.id, customer=customer, declarations=declarations, now=now)


def agreed_phone(*, customer_id: uuid.UUID, channel: str, purpose: str) -> str | None:
    """Return the number to which messages for ``purpose`` may go by SMS or WhatsApp, None where there is no such yes.

    Empty where a shop reported a yes of somebody without a number. Needs the merchant's scope.
    """
    return (
        Permission.objects.filter(
            customer_id=customer_id, channel=channel, purpose=purpose, status=PermissionStatus.GRANTED
        )
        .values_list("evidence__phone", flat=True)
        .first()
    )


def phones_agreed_to(*, customer_id: uuid.UUID) -> list[str]:
    """Return every number a customer has ever agreed to messages at. Needs the merchant's scope."""
    granted = PermissionEvidence.objects.filter(customer_id=customer_id, status=PermissionStatus.GRANTED)
    evidence = granted.exclude(phone="")
    return list(evidence.order_by("phone").values_list("phone", flat=True).distinct())


def _granted_by(report: ConsentReport) -> Declaration:
    return Declaration(
        channel=Channel(report.channel),
        purpose=Purpose(report.purpose),
        status=PermissionStatus.GRANTED,
        basis=Basis(report.basis),
        # A shop whose clock is ahead must not outlive a later no.
        obtained_at=min(report.obtained_at, report.reported_at),
        source=report.source or "shop",
        wording=report.wording,
        phone="" if report.channel == Channel.EMAIL else report.phone or report.customer.phone,
        consent_report_id=report.id,
    )


def _declare(
    *, merchant_id: uuid.UUID, customer: Customer, declarations: Iterable[Declaration], now: dt.datetime
) -> int:
    """Write evidence and what follows from it; return how many permissions changed between yes and no.

    The customer's row is locked, so that a yes and a no at the same moment are written one after the other.
    """
    Customer.objects.select_for_update().get(pk=customer.pk)
    current = {
        (permission.channel, permission.purpose): permission
        for permission in Permission.objects.filter(customer=customer).select_related("evidence")
    }
    events: list[NewEvent] = []
    for declaration in declarations:
        key = (str(declaration.channel), str(declaration.purpose))
        before = current.get(key)
        if before is not None and _says_the_same(before, declaration):
            continue
        evidence = _write_evidence(merchant_id, customer, declaration, now)
        if before is not None and not _overrules(declaration, before):
            continue  # kept as evidence, but what was said before stays in force
        if not _is_free_of_objections(customer, declaration):
            continue  # somebody with this address objected before they were erased
        changed = before is None or before.status != declaration.status
        current[key] = _set_permission(merchant_id, customer, before, declaration, evidence, now)
        if changed:
            events.append(
                NewEvent(
                    f"permission.{declaration.status.value}",
                    Subject.customer(customer.id),
                    {"channel": key[0], "purpose": key[1]},
                )
            )
    record_events(merchant_id=merchant_id, events=events, now=now)
    return len(events)


def _says_the_same(before: Permission, declaration: Declaration) -> bool:
    if before.status != declaration.status:
        return False
    if declaration.status == PermissionStatus.WITHDRAWN:
        return True
    return before.basis == declaration.basis and before.evidence.phone == declaration.phone


def _overrules(declaration: Declaration, before: Permission) -> bool:
    """A no always counts. After a no only a later consent is a yes again; no business relation undoes an objection.

    Between two kinds of yes, consent is the stronger one; between two numbers, the confirmed one, else the later.
    """
    if declaration.status == PermissionStatus.WITHDRAWN:
        return True
    said_at, before_at = declaration.obtained_at, before.evidence.obtained_at
    by_consent = declaration.basis == Basis.CONSENT
    if before.status == PermissionStatus.WITHDRAWN:
        return by_consent and said_at > before_at
    if before.evidence.is_confirmed != declaration.is_confirmed:
        return declaration.is_confirmed
    if before.basis == declaration.basis:
        return bool(said_at >= before_at)
    return by_consent


def _is_free_of_objections(customer: Customer, declaration: Declaration) -> bool:
    """A consent given after an objection ends it, also one that is kept by address only; nothing else does."""
    if declaration.status == PermissionStatus.WITHDRAWN:
        return True
    address = customer.email if declaration.channel == Channel.EMAIL else declaration.phone
    by_consent = declaration.basis == Basis.CONSENT
    return address == "" or lift_objection(
        merchant_id=customer.merchant_id,
        channel=declaration.channel,
        address=address,
        purpose=declaration.purpose,
        agreed_at=declaration.obtained_at if by_consent else None,
    )


def _write_evidence(
    merchant_id: uuid.UUID, customer: Customer, declaration: Declaration, now: dt.datetime
) -> PermissionEvidence:
    return PermissionEvidence.objects.create(
        merchant_id=merchant_id,
        customer=customer,
        channel=declaration.channel,
        purpose=declaration.purpose,
        status=declaration.status,
        basis=declaration.basis,
        obtained_at=declaration.obtained_at,
        wording=declaration.wording,
        source=declaration.source,
        phone=declaration.phone,
        consent_report_id=declaration.consent_report_id,
        recorded_at=now,
    )


def _set_permission(
    merchant_id: uuid.UUID,
    customer: Customer,
    before: Permission | None,
    declaration: Declaration,
    evidence: PermissionEvidence,
    now: dt.datetime,
) -> Permission:
    permission = before or Permission(
        merchant_id=merchant_id, customer=customer, channel=declaration.channel, purpose=declaration.purpose
    )
    permission.status = declaration.status
    permission.basis = declaration.basis
    permission.evidence = evidence
    permission.updated_at = now
    permission.save()
    return permission
