"""“I have not received it” for what the carrier calls delivered, and the way to report anything else."""

from collections.abc import Mapping

from tracking.models import Case
from tracking.selectors.cases import denied_parcels
from tracking.services.cases.answering import DENIED_WITHIN
from tracking.views.blocks.base import Block, Rows
from tracking.views.visit import Visit


def _read(visit: Visit) -> Mapping[str, object] | None:
    """``missing`` are the parcels that may be denied and are not yet, each with where to look first."""
    if not visit.found.facts.parcels:
        return None
    names = visit.parcel_names
    denied = denied_parcels(order_id=visit.order.id) if visit.found.has_cases else set()
    missing = [
        {
            "id": parcel.id,
            "name": names[parcel.id],
            "look": f"report.look.{parcel.delivery_location or 'unknown'}",
        }
        for parcel in visit.found.facts.parcels
        if parcel.delivered_at is not None
        and parcel.delivered_at > visit.now - DENIED_WITHIN
        and parcel.id not in denied
    ]
    return {"missing": missing, "path": visit.path}


BLOCK = Block("report", _read, depends_on=(Rows(Case, "order_id = o.id"),))
