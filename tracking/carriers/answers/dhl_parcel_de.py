"""DHL Parcel DE Tracking: ``GET /parcel/de/tracking/v0/shipments?xml=…``.

``d-get-piece-detail`` is for business customers, up to 20 numbers; ``get-status-for-public-user`` takes up to 15.
Source: https://developer.dhl.com/api-reference/dhl-parcel-de-shipment-tracking-post-parcel-germany: the answers of its
test numbers, its response codes, and the two places of a list of events (inside the piece, or beside it).
Everything stands in attributes of elements called ``data``. Times are German local time to the minute.
"""

import datetime as dt
from functools import cache
from zoneinfo import ZoneInfo

from babel import Locale

from tracking.carriers.answers.base import (
    CarrierTrouble,
    Headers,
    Heard,
    Trouble,
    in_order,
    insist_on_success,
    moment,
    number_of,
    text,
)
from tracking.carriers.answers.markup import Element, xml_tree
from tracking.carriers.registry import meaning_of
from tracking.enums import Carrier, ShipmentStatus
from tracking.inputs import CheckpointInput

GERMANY = ZoneInfo("Europe/Berlin")
PIECES = ("piece-shipment", "pieceshipment", "piece-status-public")
EVENTS = ("piece-event", "pieceevent")
EVENT_LISTS = ("piece-event-list", "pieceeventlist")
NOTHING_FOUND = "100"
# The response codes; all others are nonsense until somebody has looked.
TROUBLES = {
    "5": Trouble.REFUSED,
    "6": Trouble.REFUSED,  # too many wrong passwords
    "41": Trouble.NOT_FOUND,  # no number of theirs
    "57": Trouble.NOT_FOUND,
    NOTHING_FOUND: Trouble.NOT_FOUND,
    "-1": Trouble.AWAY,
    "-2": Trouble.AWAY,
    "-1000": Trouble.AWAY,
}


def read(status: int, headers: Headers, body: bytes, *, zone: dt.tzinfo) -> list[Heard]:
    """Return what DHL knows of each piece in its answer. Raises ``CarrierTrouble``. ``zone`` plays no part."""
    insist_on_success(status, headers)
    root = xml_tree(body)
    code = root.attributes.get("code", "").strip()
    if root.tag != "data" or not code:
        raise CarrierTrouble(Trouble.NONSENSE, "not a list of pieces")
    if code != "0":
        raise _trouble(code, root)
    pieces = [item for item in root.below() if item.attributes.get("name") in PIECES]
    heard = [_heard(piece, root) for piece in pieces if piece.attributes.get("error-status", "0") in ("", "0")]
    if heard:
        return heard
    if pieces:
        raise _trouble(pieces[0].attributes["error-status"], pieces[0])
    raise CarrierTrouble(Trouble.NOT_FOUND, "no piece in the answer")


def _trouble(code: str, element: Element) -> CarrierTrouble:
    words = text(element.attributes.get("error") or element.attributes.get("status"), 500)
    return CarrierTrouble(TROUBLES.get(code, Trouble.NONSENSE), f"{code} {words or ''}".strip())


def _heard(piece: Element, root: Element) -> Heard:
    told = piece.attributes
    number = number_of(told.get("searched-piece-code") or told.get("piece-code"))
    if not number:
        raise CarrierTrouble(Trouble.NONSENSE, "a piece without number")
    received_by = text(told.get("recipient-name"), 200)
    events = [_checkpoint(number, event.attributes, received_by) for event in _events(piece, root)]
    day = _day(told.get("delivery-date"))
    return Heard(
        tracking_number=number,
        checkpoints=in_order(events),
        promised_from=day,
        promised_to=day,
    )


def _events(piece: Element, root: Element) -> list[Element]:
    own = [item for item in piece.below() if item.attributes.get("name") in EVENTS]
    if own:
        return own
    which = piece.attributes.get("piece-id") or piece.attributes.get("piece-identifier")
    return [
        event
        for item in root.below()
        if which
        and item.attributes.get("name") in EVENT_LISTS
        and which in (item.attributes.get("piece-id"), item.attributes.get("piece-identifier"))
        for event in item.below()
        if event.attributes.get("name") in EVENTS
    ]


def _checkpoint(number: str, told: dict[str, str], received_by: str | None) -> CheckpointInput | None:
    occurred_at = _moment(told.get("event-timestamp"))
    parts = [text(told.get(name), 20) for name in ("ice", "ric", "standard-event-code")]
    if occurred_at is None or parts[0] is None:
        return None
    code = "-".join(part for part in parts if part)
    meaning = meaning_of(Carrier.DHL, code)
    status = meaning.status if meaning else None
    substatus = None
    if told.get("ruecksendung") == "true" and status is not None:
        # On its way back, being delivered means being back with the sender.
        substatus = "exception_returned" if status == ShipmentStatus.DELIVERED else "exception_returning_to_sender"
    return CheckpointInput(
        tracking_number=number,
        carrier=Carrier.DHL.value,
        occurred_at=occurred_at,
        substatus=substatus,
        code=code,
        message=text(told.get("event-status") or told.get("event-text"), 1000),
        city=text(told.get("event-location"), 200),
        country=_country(told.get("event-country")),
        signed_by=received_by if status == ShipmentStatus.DELIVERED and substatus is None else None,
    )


def _moment(value: str | None) -> dt.datetime | None:
    try:
        found = dt.datetime.strptime(value or "", "%d.%m.%Y %H:%M")  # noqa: DTZ007
    except ValueError:
        return moment(value, "DE", GERMANY)
    return found.replace(tzinfo=GERMANY) if 2000 <= found.year < 2200 else None


def _day(value: str | None) -> dt.date | None:
    found = _moment(f"{value} 12:00") or _moment(value)
    return found.date() if found else None


def _country(value: str | None) -> str | None:
    """Return the code for a code or a country's German or English name."""
    name = (value or "").strip()
    return name if len(name) == 2 and name in _names().values() else _names().get(name.casefold())


@cache
def _names() -> dict[str, str]:
    return {
        name.casefold(): code
        for language in ("de", "en")
        for code, name in Locale(language).territories.items()
        if len(code) == 2 and code.isalpha()
    }
