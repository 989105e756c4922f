"""What people asked for, and what keeps data from being deleted."""

from postpurchase.privacy.models.erasure import Erasure, ErasureSource, ErasureState, ErasureStep
from postpurchase.privacy.models.hold import LegalHold
from postpurchase.privacy.models.retention import RetentionPeriod, RetentionRun

__all__ = ["Erasure", "ErasureSource", "ErasureState", "ErasureStep", "LegalHold", "RetentionPeriod", "RetentionRun"]
