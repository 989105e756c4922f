"""How to reach the shop."""

from collections.abc import Mapping

from postpurchase.lib.texts import BorrowedText
from tracking.design.content import opening_hours_in
from tracking.views.blocks.base import Block
from tracking.views.visit import Visit


def _read(visit: Visit) -> Mapping[str, object] | None:
    phone, design = visit.store.support_phone, visit.design
    hours = opening_hours_in(design, language=visit.texts.language)
    whatsapp = f"https://wa.me/{design.whatsapp.removeprefix('+')}" if design.whatsapp else ""
    if not (visit.mail_link or phone or design.contact_url or whatsapp or hours):
        return None
    return {
        "phone": phone,
        "url": design.contact_url,
        "whatsapp": whatsapp,
        "hours": hours,
        "hours_language": hours.language if isinstance(hours, BorrowedText) else "",
    }


BLOCK = Block("contact", _read)
