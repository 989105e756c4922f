"""Publishing journeys, and giving a merchant the standard ones."""

import datetime as dt
import uuid
from collections.abc import Iterable, Mapping

import msgspec

from messaging.journeys.definition import (
    Definition,
    Wait,
    definition_as_data,
    format_duration,
    parse_definition,
)
from messaging.journeys.standard import KEYS, OFF_AT_FIRST, standard_journeys
from messaging.models import GivenJourneys, Journey, JourneyVersion
from postpurchase.accounts.models import Merchant

GERMAN_SPEAKING = ("DE", "AT", "CH", "LI", "LU")
MOST_DEFINITIONS = 1_000
_definitions: dict[uuid.UUID, Definition] = {}


class UnknownStep(ValueError):
    """``waits`` names a step that no standard journey waits at."""


def install_standard_journeys(
    *, merchant: Merchant, now: dt.datetime, waits: Mapping[str, dt.timedelta] | None = None
) -> list[Journey]:
    """Give ``merchant`` every standard journey it does not have; return those. Needs the merchant's scope.

    All are switched on but those that advertise (``OFF_AT_FIRST``), and none where the merchant has switched off all
    they have. What came with a later release comes by itself (``standard_journeys.py``).

    ``waits`` replaces the duration of waiting steps, named ``journey.step`` (``{"nps_survey.wait": 20 seconds}``); a
    wait that is replaced does not wait for an hour of the day either. Raises ``UnknownStep``. Safe to call twice.
    """
    definitions = _with_waits(standard_journeys(), waits or {})
    return give_journeys(merchant=merchant, definitions=definitions, now=now)


def give_journeys(*, merchant: Merchant, definitions: Iterable[Definition], now: dt.datetime) -> list[Journey]:
    """Give ``merchant`` those of the standard journeys it does not have, and note that it was given them."""
    is_off = Journey.objects.exists() and not Journey.objects.filter(active=True).exists()
    standard = standard_journeys()
    installed = []
    for definition in definitions:
        journey = Journey(
            merchant=merchant,
            key=definition.key,
            name=_name(definition, merchant),
            position=KEYS.index(definition.key),
            active=definition.key not in OFF_AT_FIRST and not is_off,
            created_at=now,
            updated_at=now,
        )
        Journey.objects.bulk_create([journey], ignore_conflicts=True)
        if Journey.objects.filter(pk=journey.pk).exists():
            publish(journey=journey, definition=definition, standard=definition in standard, now=now)
            installed.append(journey)
    given = GivenJourneys.objects.values_list("keys", flat=True).first() or ()
    keys = list(dict.fromkeys([*given, *KEYS]))
    GivenJourneys.objects.update_or_create(merchant=merchant, defaults={"keys": keys, "updated_at": now})
    return installed


def publish(*, journey: Journey, definition: Definition, now: dt.datetime, standard: bool = False) -> JourneyVersion:
    """Make ``definition`` what new runs of a journey follow; who is on the way keeps the version they began with.

    ``standard`` says that it is as it came with the product.
    Raises ``ValueError`` for the definition of another journey. Needs the merchant's scope.
    """
    if definition.key != journey.key:
        raise ValueError(f"the definition of “{definition.key}” does not belong to “{journey.key}”")
    Journey.objects.select_for_update().get(pk=journey.pk)  # two publishers take two numbers
    newest = journey.versions.order_by("-number").values_list("number", flat=True).first() or 0
    return JourneyVersion.objects.create(
        merchant_id=journey.merchant_id,
        journey=journey,
        number=newest + 1,
        definition=definition_as_data(definition),
        standard=standard,
        published_at=now,
    )


def set_active(*, merchant: Merchant, key: str, active: bool, now: dt.datetime) -> bool:
    """Switch a journey on or off. Returns whether there is one that changed. Needs the merchant's scope."""
    journeys = Journey.objects.filter(merchant=merchant, key=key).exclude(active=active)
    return bool(journeys.update(active=active, updated_at=now))


def live_versions(merchant_id: uuid.UUID) -> list[JourneyVersion]:
    """Return the newest version of every active journey, with its journey, in their order. Needs the scope."""
    return list(
        JourneyVersion.objects.filter(merchant_id=merchant_id, journey__active=True)
        .order_by("journey_id", "-number")
        .distinct("journey_id")
        .select_related("journey")
    )


def definition_of(version: JourneyVersion) -> Definition:
    """Return a version's definition, read once per process: versions never change."""
    definition = _definitions.get(version.pk)
    if definition is None:
        if len(_definitions) >= MOST_DEFINITIONS:
            _definitions.clear()
        definition = _definitions[version.pk] = parse_definition(version.definition)
    return definition


def _with_waits(definitions: tuple[Definition, ...], waits: Mapping[str, dt.timedelta]) -> list[Definition]:
    left = dict(waits)
    changed = []
    for definition in definitions:
        steps = [
            msgspec.structs.replace(
                step, duration=format_duration(left.pop(f"{definition.key}.{step.key}")), until_local_time=None
            )
            if isinstance(step, Wait) and f"{definition.key}.{step.key}" in left
            else step
            for step in definition.steps
        ]
        changed.append(msgspec.structs.replace(definition, steps=steps))
    if left:
        raise UnknownStep(", ".join(sorted(left)))
    return changed


def _name(definition: Definition, merchant: Merchant) -> str:
    language = "de" if merchant.country in GERMAN_SPEAKING else "en"
    return definition.name.get(language) or next(iter(definition.name.values()))
