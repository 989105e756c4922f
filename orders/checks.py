"""What the types alone cannot say about a body: fields that must fit together. Pure: input in, problems out."""

import datetime as dt
from collections.abc import Iterator, Sequence
from decimal import Decimal

from orders.inputs import (
    AddressInput,
    BehaviourInput,
    CancelInput,
    ConsentInput,
    CustomerInput,
    CustomerOfOrderInput,
    MachineInput,
    OrderInput,
    ProductInput,
    RefundInput,
)
from orders.notice_proof import read_proof
from postpurchase.lib.countries import COUNTRIES
from postpurchase.lib.money import MINOR_UNITS, decimals_of, rounded
from postpurchase.lib.validation import Problem

# Shops without orders before; and far enough from the edges of what databases and time zones can hold.
EARLIEST, LATEST = dt.datetime(1970, 1, 1, tzinfo=dt.UTC), dt.datetime(2200, 1, 1, tzinfo=dt.UTC)
FIRST_BIRTH = dt.datetime(1850, 1, 1, tzinfo=dt.UTC)

LARGEST_AMOUNT = Decimal(10) ** 14
# How far a shop's clock may be ahead.
LARGEST_SKEW = dt.timedelta(hours=24)
# What the product's own events begin with, and what it may come to tell of.
OWN_PREFIXES = frozenset(
    [
        *(
            "api",
            "case",
            "connector",
            "consent",
            "customer",
            "delivery",
            "email",
            "erasure",
            "export",
            "import",
            "journey",
        ),
        *("message", "order", "page", "payment", "permission", "points", "privacy", "promise", "recommendation"),
        *("refund", "return", "shipment", "sms", "survey", "voucher", "webhook"),
    ]
)


def order_problems(data: OrderInput) -> list[Problem]:
    """Return what is wrong with an order whose fields are each well-formed."""
    return list(_order_problems(data))


def order_warnings(data: OrderInput) -> list[Problem]:
    """Return sums that do not add up. They are kept as the shop gave them."""
    return list(_order_warnings(data))


def customer_problems(data: CustomerInput | CustomerOfOrderInput, pointer: str = "") -> list[Problem]:
    """Return what is wrong with a customer; ``pointer`` is where it stands in the body."""
    problems = list(moment_problems([(f"{pointer}/birth_date", _midnight(data.birth_date))], earliest=FIRST_BIRTH))
    for index, consent in enumerate(data.consents):
        problems += _consent_problems(consent, f"{pointer}/consents/{index}")
    if isinstance(data, CustomerInput):
        problems += _machine_problems(data.machines)
    return problems


def product_problems(data: ProductInput) -> list[Problem]:
    """Return what is wrong with a product."""
    if data.currency and data.currency not in MINOR_UNITS:
        return [Problem("/currency", "unknown_currency", "This is not an active ISO 4217 currency.")]
    if data.price is not None and not data.currency:
        return [Problem("/currency", "required", "A price needs its currency.")]
    return []


def cancel_problems(data: CancelInput) -> list[Problem]:
    """Return what is wrong with a cancellation."""
    return list(moment_problems([("/cancelled_at", data.cancelled_at)]))


def refund_problems(data: RefundInput, currency: str) -> list[Problem]:
    """Return what is wrong with a refund in the order's currency, the order's own content aside."""
    amounts = [("/amount", data.amount)]
    amounts += [(f"/lines/{index}/amount", line.amount) for index, line in enumerate(data.lines)]
    problems = list(_decimals_problems(amounts, currency))
    names = [line.line for line in data.lines]
    problems += [
        Problem(f"/lines/{index}/line", "duplicate", "This line stands here twice.")
        for index, name in enumerate(names)
        if name in names[:index]
    ]
    if not Decimal(data.amount) and not data.lines:
        problems.append(Problem("/amount", "too_small", "Without lines and without money nothing is given back."))
    if sum((Decimal(line.amount) for line in data.lines), Decimal(0)) > Decimal(data.amount):
        problems.append(Problem("/amount", "too_small", "The lines' amounts are more than this."))
    return problems


def behaviour_problems(data: BehaviourInput, now: dt.datetime) -> list[Problem]:
    """Return what is wrong with something a person did. A clock that is a little ahead is kept as it is."""
    problems = list(moment_problems([("/occurred_at", data.occurred_at)]))
    if data.name.partition(".")[0] in OWN_PREFIXES:
        problems.append(Problem("/name", "reserved", "Names that begin like this are the product's own."))
    if not problems and data.occurred_at is not None and data.occurred_at > now + LARGEST_SKEW:
        problems.append(Problem("/occurred_at", "in_the_future", "This is more than 24 hours from now."))
    return problems


def moment_problems(
    moments: list[tuple[str, dt.datetime | None]], earliest: dt.datetime = EARLIEST
) -> Iterator[Problem]:
    """Name moments, given with their pointers, that no shop means."""
    for pointer, moment in moments:
        if moment is not None and not earliest.year <= moment.year < LATEST.year:
            yield Problem(pointer, "out_of_range", f"The year must be {earliest.year} to {LATEST.year - 1}.")


def _order_problems(data: OrderInput) -> Iterator[Problem]:
    yield from moment_problems([("/placed_at", data.placed_at), ("/updated_at", data.updated_at)])
    if data.currency not in MINOR_UNITS:
        yield Problem("/currency", "unknown_currency", "This is not an active ISO 4217 currency.")
    else:
        totals = [
            ("/total", data.total),
            ("/shipping_total", data.shipping_total),
            ("/discount_total", data.discount_total),
            ("/tax_total", data.tax_total),
        ]
        totals += [(f"/lines/{index}/total", line.total) for index, line in enumerate(data.lines) if line.total]
        yield from _decimals_problems(totals, data.currency)
    yield from _address_problems(data.shipping_address, "/shipping_address")
    yield from _address_problems(data.billing_address, "/billing_address")
    if data.customer is not None:
        yield from customer_problems(data.customer, "/customer")
    promised = [("/promised_from", _midnight(data.promised_from)), ("/promised_to", _midnight(data.promised_to))]
    yield from moment_problems(promised)
    if data.promised_from and data.promised_to and data.promised_from > data.promised_to:
        yield Problem("/promised_to", "order", "This is before promised_from.")
    yield from _line_problems(data)


def _line_problems(data: OrderInput) -> Iterator[Problem]:
    seen: set[str] = set()
    for index, line in enumerate(data.lines):
        if not line.sku and not line.name:
            yield Problem(f"/lines/{index}/sku", "required", "A line needs a sku or a name.")
        if line.quantity * Decimal(line.unit_price) >= LARGEST_AMOUNT:
            yield Problem(f"/lines/{index}/unit_price", "too_large", "quantity × unit_price has more than 14 digits.")
        name = line.external_id or str(index + 1)
        if name in seen:
            yield Problem(f"/lines/{index}/external_id", "duplicate", "Another line has this id.")
        seen.add(name)


def _order_warnings(data: OrderInput) -> Iterator[Problem]:
    lines_total = Decimal(0)
    for index, line in enumerate(data.lines):
        expected = rounded(line.quantity * Decimal(line.unit_price), data.currency)
        if line.total is not None and Decimal(line.total) != expected:
            yield Problem(
                f"/lines/{index}/total", "sum_mismatch", f"quantity × unit_price is {expected}, not {line.total}."
            )
        lines_total += expected if line.total is None else Decimal(line.total)
    yield from _notice_warnings(data)
    expected = lines_total + Decimal(data.shipping_total) - Decimal(data.discount_total)
    if Decimal(data.total) != expected:
        yield Problem("/total", "sum_mismatch", f"lines + shipping - discount is {expected}, not {data.total}.")


def _machine_problems(machines: Sequence[MachineInput]) -> Iterator[Problem]:
    seen: set[str] = set()
    for index, machine in enumerate(machines):
        if not machine.sku and not machine.name:
            yield Problem(f"/machines/{index}/sku", "required", "A machine needs a sku or a name.")
        if machine.external_id in seen:
            yield Problem(f"/machines/{index}/external_id", "duplicate", "Another machine has this id.")
        seen.add(machine.external_id)
        yield from moment_problems([(f"/machines/{index}/installed_at", _midnight(machine.installed_at))], FIRST_BIRTH)


def _notice_warnings(data: OrderInput) -> Iterator[Problem]:
    """§ 7 (3) No. 4 UWG: who advertises to customers without their consent must have told them when they ordered."""
    for index, consent in enumerate(data.customer.consents if data.customer else ()):
        if consent.basis != "existing_customer":
            continue
        pointer = f"/customer/consents/{index}/notice_proof"
        if not consent.notice_proof:
            yield Problem(
                pointer, "notice_proof_missing", "Without the notice's proof this is stored and permits nothing."
            )
        elif read_proof(consent.notice_proof, ordered_at=consent.obtained_at) is None:
            yield Problem(
                pointer, "notice_proof_invalid", "This proof does not hold; it is stored and permits nothing."
            )


def _midnight(day: dt.date | None) -> dt.datetime | None:
    return None if day is None else dt.datetime(day.year, day.month, day.day, tzinfo=dt.UTC)


def _decimals_problems(amounts: list[tuple[str, str]], currency: str) -> Iterator[Problem]:
    places = MINOR_UNITS[currency]
    for pointer, amount in amounts:
        _, _, decimals = amount.partition(".")
        if len(decimals) > places and decimals_of(Decimal(amount)) > places:
            yield Problem(pointer, "decimals", f"{currency} has {places} decimals.")


def _address_problems(address: AddressInput | None, pointer: str) -> Iterator[Problem]:
    if address is not None and address.country and address.country not in COUNTRIES:
        yield Problem(f"{pointer}/country", "unknown_country", "This is not an ISO 3166-1 alpha-2 country.")


def _consent_problems(consent: ConsentInput, pointer: str) -> Iterator[Problem]:
    yield from moment_problems([(f"{pointer}/obtained_at", consent.obtained_at)])
