"""Believable facts for every message, for previews and for people who write texts. Nobody in here exists."""

import datetime as dt
from dataclasses import replace
from decimal import Decimal

from messaging.content.facts import (
    AddressFacts,
    CaseFacts,
    CodeFacts,
    DaySpan,
    LineFacts,
    LinkFacts,
    MessageFacts,
    OrderFacts,
    ParcelFacts,
    PersonFacts,
    PointsFacts,
    RecommendedFacts,
    RefundFacts,
    StoreFacts,
)

TODAY = dt.date(2026, 11, 24)
CLASS_OF_TEMPLATE = {"nps_survey": "survey", "points_earned": "marketing", "recommendations": "marketing"}

ARTICLES = {
    "de": ("Teelichthalter Herz, weiß", "Wolldecke Bergsee", "Emaillebecher Fuchs"),
    "en": ("Heart tealight holder, white", "Mountain lake blanket", "Fox enamel mug"),
}
QUANTITIES_AND_TOTALS = ((2, "9.90"), (1, "49.00"), (3, "38.70"))
SHOP = "https://lindenhof.example.com/"
RECOMMENDED = {
    "de": (
        ("Teelichte aus Bienenwachs, 24 Stück", "Passt zu: Teelichthalter Herz", "teelichte"),
        ("Kissen Bergsee", "Oft zusammen gekauft mit: Wolldecke Bergsee", "kissen-bergsee"),
        ("Emailleteller Fuchs", "Beliebt bei allen, die das gekauft haben: Emaillebecher Fuchs", "teller-fuchs"),
    ),
    "en": (
        ("Beeswax tealights, 24 pieces", "Goes with: Heart tealight holder", "tealights"),
        ("Mountain lake cushion", "Often bought together with: Mountain lake blanket", "cushion-mountain-lake"),
        ("Fox enamel plate", "Popular with everyone who bought this: Fox enamel mug", "plate-fox"),
    ),
}
STREETS = {
    "CH": ("Anna Muster", "Gerberngasse 12", "3011 Bern", "Schweiz"),
    "AT": ("Anna Muster", "Lindengasse 7", "1070 Wien", "Österreich"),
    "GB": ("Anna Muster", "14 Elm Lane", "York YO1 7HZ", "United Kingdom"),
    "DE": ("Anna Muster", "Lindenstraße 14", "10969 Berlin", "Deutschland"),
}
DESTINATIONS = {
    "CH": AddressFacts("Anna Muster", "Gerberngasse 12", "3011", "Bern", "", "CH"),
    "AT": AddressFacts("Anna Muster", "Lindengasse 7", "1070", "Wien", "", "AT"),
    "GB": AddressFacts("Anna Muster", "14 Elm Lane", "YO1 7HZ", "York", "", "GB"),
    "DE": AddressFacts("Anna Muster", "Lindenstraße 14", "10969", "Berlin", "", "DE"),
}
CARRIERS = {"CH": "swiss_post", "AT": "austrian_post", "GB": "ups", "DE": "dhl"}
PLACES = {
    "de": {"ready_for_pickup": "Kiosk am Markt, Marktplatz 3, 10969 Berlin", "delivered": "Familie Sommer"},
    "en": {"ready_for_pickup": "Corner Shop, 3 Market Square, York", "delivered": "The Summers, no. 16"},
}
PARCEL_STATES = {
    "shipped": ("in_transit", "in_transit_accepted"),
    "out_for_delivery": ("out_for_delivery", ""),
    "ready_for_pickup": ("available_for_pickup", "available_for_pickup_parcel_shop"),
    "failed_attempt": ("attempt_failed", "attempt_failed_not_home"),
    "delayed": ("in_transit", "in_transit_delayed"),
    "delivered": ("delivered", "delivered_to_neighbour"),
}

REPLIES = {
    "de": "Das tut uns leid! Ein neuer Becher ist heute losgegangen.\n\nDen zerbrochenen brauchen wir nicht zurück.",
    "en": "We are sorry! A new mug left us today.\n\nThere is no need to send back the broken one.",
}
CASES = {
    "case_received": CaseFacts("damaged", hear_by=dt.date(2026, 11, 25)),
    "case_answered": CaseFacts("damaged"),
    "case_resolved": CaseFacts("damaged", outcome="sent_again"),
}


def example_facts(
    template: str,
    *,
    language: str,
    tone: str,
    base_url: str,
    accent_colour: str = "#2f5d50",
    pictures: tuple[str, ...] = (),
    store: StoreFacts | None = None,
) -> MessageFacts:
    """Return what an ordinary customer's ``template`` would know.

    ``pictures`` are addresses below ``base_url``; ``store`` is the sender, an invented one by default.
    """
    primary, _, region = language.partition("-")
    primary = primary if primary in ARTICLES else "en"
    country = region if region in STREETS else {"de": "DE", "en": "GB"}[primary]
    order = _order(primary, country, pictures)
    parcel = _parcel(template, primary, country)
    if template == "delayed":
        order = replace(order, promise=DaySpan(TODAY, TODAY))
    return MessageFacts(
        language=language,
        tone=tone,
        message_class=CLASS_OF_TEMPLATE.get(template, "service"),
        today=TODAY,
        store=store or _store(accent_colour),
        person=PersonFacts(first_name="Anna", last_name="Muster"),
        order=order,
        parcels=(parcel,) if parcel else (),
        points=PointsFacts(earned=98, balance=1320, reason="purchase"),
        refund=RefundFacts(amount=Decimal("38.70"), lines=order.lines[2:]),
        code=CodeFacts("402917", 15),
        case=_case(template, primary),
        recommended=_recommended(primary) if template == "recommendations" else (),
        links=LinkFacts(
            order=f"{base_url}/t/7Hq2vXbK9mTzR4wLs8NcYd",
            case=f"{base_url}/t/7Hq2vXbK9mTzR4wLs8NcYd#case-01980f5e-5a5c-7d10-9d0e-2f3a4b5c6d7e",
            survey=f"{base_url}/s/Jf5nPzQ8rWkD2xVtB6hMgA",
            points=f"{base_url}/p/Wc3yKsT7eLvR9qZnX4dFjB",
            preferences=f"{base_url}/u/Nb8gXmV2tHpY5rCwQ7kLsE",
        ),
    )


def _store(accent_colour: str) -> StoreFacts:
    return StoreFacts(
        name="Lindenhof",
        accent_colour=accent_colour,
        shop_url=SHOP,
        support_email="hallo@lindenhof.example.com",
        support_phone="+49 30 1234567",
        can_reply=True,
        imprint="Lindenhof Manufaktur GmbH\nLindenstraße 1, 10969 Berlin\nAmtsgericht Charlottenburg, HRB 123456",
        imprint_url="https://lindenhof.example.com/impressum",
        privacy_url="https://lindenhof.example.com/datenschutz",
        return_url="https://lindenhof.example.com/retoure",
        withdrawal_url="https://lindenhof.example.com/widerruf",
    )


def _order(primary: str, country: str, pictures: tuple[str, ...]) -> OrderFacts:
    lines = tuple(
        LineFacts(name, quantity, Decimal(total), picture)
        for name, (quantity, total), picture in zip(
            ARTICLES[primary], QUANTITIES_AND_TOTALS, (*pictures, "", "", ""), strict=False
        )
    )
    return OrderFacts(
        number="1001",
        placed_on=dt.date(2026, 11, 22),
        currency={"CH": "CHF", "GB": "GBP"}.get(country, "EUR"),
        total=Decimal("102.50"),
        lines=lines,
        shipping_total=Decimal("4.90"),
        tax_total=Decimal("16.37"),
        address=STREETS[country],
        destination=DESTINATIONS[country],
        promise=DaySpan(dt.date(2026, 11, 26), dt.date(2026, 11, 26)),
    )


def _recommended(primary: str) -> tuple[RecommendedFacts, ...]:
    return tuple(RecommendedFacts(name, why, f"{SHOP}{page}") for name, why, page in RECOMMENDED[primary])


def _case(template: str, primary: str) -> CaseFacts | None:
    case = CASES.get(template)
    return replace(case, reply=REPLIES[primary]) if case and template == "case_answered" else case


def _parcel(template: str, primary: str, country: str) -> ParcelFacts | None:
    if template not in PARCEL_STATES:
        return None
    status, substatus = PARCEL_STATES[template]
    late = template == "delayed"
    return ParcelFacts(
        carrier=CARRIERS[country],
        status=status,
        substatus=substatus,
        number="00340434161094042557",
        event_on=TODAY,
        place=PLACES[primary].get(template, ""),
        promise=DaySpan(dt.date(2026, 11, 27), dt.date(2026, 11, 28)) if late else None,
        promise_before=dt.date(2026, 11, 26) if late else None,
    )
