"""Carriers without a file of their own: their code counts where it is one of our own words (``tracking/enums.py``).

Nothing is guessed from a stranger's code. What such a carrier says in a sentence is read by ``free_text.py``.
"""

from tracking.carriers.base import Meaning, plain_code
from tracking.enums import STATUS_OF_SUBSTATUS, ShipmentStatus

CODES: dict[str, Meaning] = {plain_code(status): Meaning(status) for status in ShipmentStatus} | {
    plain_code(substatus): Meaning(status, substatus) for substatus, status in STATUS_OF_SUBSTATUS.items()
}
CODES["EXCEPTION"] = Meaning(ShipmentStatus.EXCEPTION, "exception_unknown_reason")
