"""Parcels with their news (shipments), what was promised (promises), what gave cause for alarm
(alarms), problems that a person looks after (cases), codes that shoppers asked for (codes), which
carriers are asked (polling), what merchants say about carriers' codes (carrier_codes)."""

from tracking.models.alarms import AlarmKind, ShipmentAlarm, WatchSettings
from tracking.models.campaigns import Campaign, CampaignCustomers
from tracking.models.carrier_codes import CodeMeaning
from tracking.models.cases import (
    Case,
    CaseActor,
    CaseEntry,
    CaseOutcome,
    CaseReason,
    CaseRules,
    CaseSource,
    CaseState,
    EntryKind,
    HandOver,
    HandOverLine,
)
from tracking.models.codes import CodePurpose, OneTimeCode
from tracking.models.delivery import DeliverySettings
from tracking.models.page_designs import PageDraft, PageVersion
from tracking.models.polling import CarrierAccount, ParcelPoll
from tracking.models.promises import Promise, PromiseSource
from tracking.models.shipments import Checkpoint, Shipment, ShipmentLine, UnmatchedCheckpoint
from tracking.models.transit import (
    BreachCause,
    PromiseVerdict,
    TransitCalibration,
    TransitGroup,
    TransitRecord,
)

__all__ = [
    "AlarmKind",
    "BreachCause",
    "Campaign",
    "CampaignCustomers",
    "CarrierAccount",
    "Case",
    "CaseActor",
    "CaseEntry",
    "CaseOutcome",
    "CaseReason",
    "CaseRules",
    "CaseSource",
    "CaseState",
    "Checkpoint",
    "CodeMeaning",
    "CodePurpose",
    "DeliverySettings",
    "EntryKind",
    "HandOver",
    "HandOverLine",
    "OneTimeCode",
    "PageDraft",
    "PageVersion",
    "ParcelPoll",
    "Promise",
    "PromiseSource",
    "PromiseVerdict",
    "Shipment",
    "ShipmentAlarm",
    "ShipmentLine",
    "TransitCalibration",
    "TransitGroup",
    "TransitRecord",
    "UnmatchedCheckpoint",
    "WatchSettings",
]
