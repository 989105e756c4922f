"""“I have not received it” for what the carrier calls delivered, and the way to report anything else."""

from collections.abc import Mapping

from tracking.services.cases.answering import DENIED_WITHIN
from tracking.views.blocks.base import Block
from tracking.views.visit import Visit


def _read(visit: Visit) -> Mapping[str, object] | None:
    """``missing`` are the parcels that may be denied, each with where to look first."""
    if not visit.found.facts.parcels:
        return None
    names = visit.parcel_names
    missing = [
        {
            "id": parcel.id,
            "name": names[parcel.id],
            "look": f"report.look.{parcel.delivery_location or 'unknown'}",
        }
        for parcel in visit.found.facts.parcels
        if parcel.delivered_at is not None and parcel.delivered_at > visit.now - DENIED_WITHIN
    ]
    return {"missing": missing, "path": visit.path}


BLOCK = Block("report", _read)
