"""Parcels with their news (shipments), what was promised (promises), what gave cause for alarm (alarms)."""

from tracking.models.alarms import AlarmKind, ShipmentAlarm
from tracking.models.promises import Promise, PromiseSource
from tracking.models.shipments import Checkpoint, Shipment, ShipmentLine, UnmatchedCheckpoint

__all__ = [
    "AlarmKind",
    "Checkpoint",
    "Promise",
    "PromiseSource",
    "Shipment",
    "ShipmentAlarm",
    "ShipmentLine",
    "UnmatchedCheckpoint",
]
