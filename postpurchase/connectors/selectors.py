"""Reading connections and what shops sent. All need the merchant's scope."""

import uuid
from dataclasses import dataclass

from django.db.models import Count, QuerySet

from postpurchase.accounts.models.store import DEFAULT_STORE
from postpurchase.connectors.models import Connection, InboundDelivery, InboundState, ReferenceKind

# Somebody has to look at these.
IN_TROUBLE = (InboundState.FAILED, InboundState.PARKED)


@dataclass(frozen=True, slots=True)
class Counts:
    """How many deliveries of one connection there are, and how many are in trouble."""

    all: int = 0
    in_trouble: int = 0


def connections() -> QuerySet[Connection]:
    """Return every connection with its store."""
    return Connection.objects.select_related("store")


def connection_of(*, connector: str, store: str = DEFAULT_STORE) -> Connection | None:
    """Return the connection of a storefront, or None."""
    return connections().filter(connector=connector, store__slug=store).first()


def deliveries_matching(
    *,
    connector: str | None = None,
    store: str | None = None,
    state: str | None = None,
    order: str | None = None,
    delivery_id: str | None = None,
) -> QuerySet[InboundDelivery]:
    """Return deliveries without their bodies, with connection, store and references at hand."""
    found = InboundDelivery.objects.defer("body").select_related("connection__store").prefetch_related("references")
    if connector:
        found = found.filter(connection__connector=connector)
    if store:
        found = found.filter(connection__store__slug=store)
    if state:
        found = found.filter(state=state)
    if delivery_id:
        found = found.filter(delivery_id=delivery_id)
    if order:
        found = found.filter(
            pk__in=InboundDelivery.objects.filter(
                references__kind=ReferenceKind.ORDER, references__external_id=order
            ).values("pk")
        )
    return found


def delivery_by_id(*, inbound_delivery_id: uuid.UUID) -> InboundDelivery | None:
    """Return one delivery with everything, or None."""
    found = InboundDelivery.objects.select_related("connection__store").prefetch_related("references")
    return found.filter(pk=inbound_delivery_id).first()


def counts_by_connection() -> dict[uuid.UUID, Counts]:
    """Return how many deliveries each connection has."""
    everything = dict(InboundDelivery.objects.values_list("connection_id").annotate(Count("id")))
    in_trouble = InboundDelivery.objects.filter(state__in=IN_TROUBLE)
    trouble = dict(in_trouble.values_list("connection_id").annotate(Count("id")))
    return {key: Counts(count, trouble.get(key, 0)) for key, count in everything.items()}


def counts_by_state() -> dict[str, int]:
    """Return how many deliveries are in each state that occurs."""
    return dict(InboundDelivery.objects.values_list("state").annotate(Count("id")))
