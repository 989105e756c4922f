"""Every interface of a carrier that can be asked. Of two for the same carrier, the first that is connected is asked."""

from tracking.polling.clients import austrian_post, dhl, dhl_parcel_de, dpd, dpd_ch, fedex, gls, hermes, ups, usps
from tracking.polling.clients.base import Client

CLIENTS: dict[str, Client] = {
    client.name: client
    for client in (
        dhl_parcel_de.CLIENT,
        dhl.CLIENT,
        hermes.CLIENT,
        dpd.CLIENT,
        dpd_ch.CLIENT,
        gls.CLIENT,
        ups.CLIENT,
        fedex.CLIENT,
        usps.CLIENT,
        austrian_post.CLIENT,
    )
}


def clients_of(carrier: str) -> list[Client]:
    """Return the clients that can be asked about a carrier's parcels, the preferred one first."""
    return [client for client in CLIENTS.values() if client.carrier == carrier]
