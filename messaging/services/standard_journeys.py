"""What a new release brings to journeys that merchants have already.

a journey they were never given ──▶ given by itself; off if it advertises, or if they switched off all they have
one they deleted or switched off ─▶ stays as they left it
a definition that changed ───────▶ offered, where theirs is as it came; theirs counts until they take it
"""

import datetime as dt
import hashlib
import uuid

import msgspec
import structlog

from messaging.journeys.definition import Definition, definition_as_data
from messaging.journeys.standard import KEYS, standard_journeys
from messaging.models import GivenJourneys, Journey, JourneyVersion
from messaging.services.journeys import definition_of, give_journeys, publish
from postpurchase.accounts.models import Merchant
from postpurchase.accounts.scoping import all_merchants, merchant_scope
from postpurchase.lib.locks import lock_names

log = structlog.get_logger(__name__)

# How long a journey that came with a release is shown as new.
NEW_FOR = dt.timedelta(days=30)


def give_all_new_journeys(*, now: dt.datetime) -> int:
    """Give every merchant who has journeys those that came since; return how many were given. Looks across merchants.

    Each merchant is a transaction of its own, so one that fails stops no other.
    """
    given = 0
    for merchant_id in _merchants_behind():
        try:
            with merchant_scope(merchant_id):
                given += len(give_new_journeys(merchant=Merchant.objects.get(), now=now))
        except Exception:
            log.exception("messaging.new_journeys_failed", merchant=str(merchant_id))
    return given


def give_new_journeys(*, merchant: Merchant, now: dt.datetime) -> list[Journey]:
    """Give ``merchant`` the standard journeys it has never been given; return those. Needs the merchant's scope."""
    lock_names(realm="journeys", names=[str(merchant.id)])
    given = GivenJourneys.objects.values_list("keys", flat=True).first() or ()
    missing = [definition for definition in standard_journeys() if definition.key not in given]
    return give_journeys(merchant=merchant, definitions=missing, now=now)


def newer_definition(version: JourneyVersion) -> Definition | None:
    """Return what the product offers in place of a journey's newest ``version``, None for nothing.

    The version's journey is at hand. What the merchant made, and what they declined, is left in peace.
    """
    if not version.standard:
        return None
    newer = next((one for one in standard_journeys() if one.key == version.journey.key), None)
    if newer is None or newer == definition_of(version) or digest_of(newer) == version.journey.declined:
        return None
    return newer


def take_newer(*, journey: Journey, now: dt.datetime) -> bool:
    """Publish what is offered for a journey. Returns False where nothing is. Needs the merchant's scope."""
    newer = _offered(journey)
    if newer is None:
        return False
    publish(journey=journey, definition=newer, standard=True, now=now)
    return True


def keep_mine(*, journey: Journey, now: dt.datetime) -> bool:
    """Note that what is offered is not wanted. Returns False where nothing is. Needs the merchant's scope."""
    newer = _offered(journey)
    if newer is None:
        return False
    Journey.objects.filter(pk=journey.pk).update(declined=digest_of(newer), updated_at=now)
    return True


def digest_of(definition: Definition) -> str:
    """Return what tells one definition of a journey from another."""
    return hashlib.sha256(msgspec.json.encode(definition_as_data(definition), order="deterministic")).hexdigest()


def _merchants_behind() -> list[uuid.UUID]:
    with all_merchants("find merchants who were not given the newest journeys"):
        up_to_date = GivenJourneys.objects.filter(keys__contains=list(KEYS)).values("merchant_id")
        behind = Journey.objects.exclude(merchant_id__in=up_to_date).order_by("merchant_id")
        return list(behind.values_list("merchant_id", flat=True).distinct())


def _offered(journey: Journey) -> Definition | None:
    locked = Journey.objects.select_for_update().get(pk=journey.pk)  # two who press the button take it once
    version = locked.versions.select_related("journey").order_by("-number").first()
    return newer_definition(version) if version else None
