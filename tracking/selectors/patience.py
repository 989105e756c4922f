"""How long a merchant waits before silence is news."""

from tracking.models import WatchSettings
from tracking.watching.patience import NUMBERS, Patience


def patience() -> Patience:
    """Return what the open scope's merchant chose, or the defaults."""
    chosen = WatchSettings.objects.first()
    if chosen is None:
        return Patience()
    return Patience(**{name: getattr(chosen, name) for name in NUMBERS}, switched_off=frozenset(chosen.switched_off))
