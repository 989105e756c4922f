"""Journeys and their runs, messages and their attempts, permissions and suppressed addresses, senders."""

from messaging.models.feedback import DeliveryEvent, ProviderConnection
from messaging.models.journey import GivenJourneys, Journey, JourneyDecision, JourneyRun, JourneyVersion
from messaging.models.message import DeliveryAttempt, Message, MessageContent
from messaging.models.permission import Permission, PermissionEvidence, Suppression
from messaging.models.whatsapp import WhatsAppSender

__all__ = [
    "DeliveryAttempt",
    "DeliveryEvent",
    "GivenJourneys",
    "Journey",
    "JourneyDecision",
    "JourneyRun",
    "JourneyVersion",
    "Message",
    "MessageContent",
    "Permission",
    "PermissionEvidence",
    "ProviderConnection",
    "Suppression",
    "WhatsAppSender",
]
