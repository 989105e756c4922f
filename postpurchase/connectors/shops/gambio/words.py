"""What Gambio's statuses and ways to pay mean.

The four statuses of a new shop have fixed numbers; merchants add their own with names of their own, which are read in
German and English. A name says what it says whatever its number is.
"""

from postpurchase.connectors.reading import Part

NOT_CONFIRMED, OPEN, IN_PROCESS, SENT, CANCELLED = "0", "1", "2", "3", "99"

_CANCELLED = ("storniert", "storno", "cancel")
_PARTLY = ("teil", "partial")
_SENT = ("versendet", "versandt", "verschickt", "ausgeliefert", "zugestellt", "shipped", "dispatched", "delivered")
_DONE = ("abgeschlossen", "erledigt", "complete", "closed")
_NOT = ("nicht ", "not ", "noch ")
_UNPAID = ("unbezahlt", "unpaid", "zahlung ausstehend", "warten auf zahlung", "awaiting payment", "payment pending")
_PAID = ("bezahlt", "zahlung erhalten", "zahlung eingegangen", "zahlungseingang", "paid", "payment received")
_REFUNDED = ("erstattet", "gutgeschrieben", "refunded")

# Modules by which the money comes before the parcel goes, by hand.
IN_ADVANCE = ("moneyorder", "eustandardtransfer", "prepayment", "vorkasse")
# Modules by which the order goes on before the money has come.
PAID_LATER = ("invoice", "rechnung", "cod", "cashondelivery", "cash", "banktransfer", "sepa", "directdebit")


def status_of(status_id: str, name: str) -> str:
    """Return our status. A part of the parcels on their way leaves the order open."""
    word = name.lower()
    if _says(word, _CANCELLED) or (not word and status_id == CANCELLED):
        return "cancelled"
    sent = _says(word, (*_SENT, *_DONE)) or (not word and status_id == SENT)
    return "fulfilled" if sent and not _says(word, (*_PARTLY, *_NOT)) else "open"


def payment_status_of(status_id: str, name: str, payment: Part, *, is_free: bool) -> str:
    """Return how far the money is, from the status and the way to pay: Gambio keeps no sum of what came in."""
    word, module = name.lower(), _plain(payment.text("module"))
    if is_free:
        return "not_needed"
    if _says(word, _REFUNDED):
        return "partially_refunded" if _says(word, _PARTLY) else "refunded"
    if status_id == NOT_CONFIRMED or _says(word, _UNPAID):
        return "pending"
    if _says(word, _PAID) and not _says(word, _NOT):
        return "paid"
    if module.startswith(IN_ADVANCE):
        # Somebody set the order going, and that is done when the money is there.
        return "pending" if status_of(status_id, name) != "fulfilled" and status_id != IN_PROCESS else "paid"
    return "not_needed" if module.startswith(PAID_LATER) else "paid"


def _says(word: str, parts: tuple[str, ...]) -> bool:
    return any(part in word for part in parts)


def _plain(module: str) -> str:
    return module.lower().replace("_", "").replace("-", "")
