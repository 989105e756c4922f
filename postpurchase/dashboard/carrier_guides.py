"""Where a merchant gets keys at a carrier, what asking costs, and how aggregators are told our address."""

from dataclasses import dataclass

from django.utils.formats import number_format
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from postpurchase.dashboard.words import Word
from tracking.carriers.answers.base import Trouble
from tracking.polling.clients.base import Client


@dataclass(frozen=True, slots=True)
class CarrierGuide:
    """How a carrier's keys are got. ``about`` says for which of its parcels, ``quota`` how often it may be asked.

    Both are empty where there is no more to say than the client knows.
    """

    steps: tuple[Word, ...]
    about: Word = ""
    quota: Word = ""


GUIDES: dict[str, CarrierGuide] = {
    "dhl_parcel_de": CarrierGuide(
        about=_("For business customers of DHL Paket in Germany: the most exact news."),
        steps=(
            _("Sign in at developer.dhl.com and create an app with “Parcel DE Tracking (Post & Parcel Germany)”."),
            _("Copy the app's API Key and API Secret once DHL has approved it."),
            _("The tracking user is a system user of the DHL business customer portal; its password is set there."),
        ),
    ),
    "dhl": CarrierGuide(
        about=_("For parcels of every DHL company worldwide."),
        steps=(
            _("Sign in at developer.dhl.com and create an app with “Shipment Tracking – Unified”."),
            _("Copy the app's API Key once DHL has approved it."),
            _(
                "250 questions are enough for about 40 parcels under way."
                " For more, ask there for an upgrade (“Upgrade Rate Limit”)."
            ),
        ),
    ),
    "hermes": CarrierGuide(
        about=_("For parcels of Hermes in Germany."),
        steps=(
            _("Ask your contact at Hermes for the Hermes Shipping Interface (HSI) with its Shipment Info API."),
            _("Enter the Client ID and Client Secret Hermes gives you, and the user and password of your HSI account."),
        ),
    ),
    "dpd": CarrierGuide(
        about=_("For parcels you hand to DPD in Germany."),
        steps=(
            _("Sign in at esolutions.dpd.com and ask DPD there to open the Cloud Service (web service) for you."),
            _("Enter the partner name and token, and the cloud user ID and token, that DPD gives you for it."),
        ),
        quota=_("DPD limits the questions of an account without naming a number, and then wants ten minutes of rest."),
    ),
    "dpd_ch": CarrierGuide(
        about=_("For parcels you hand to DPD in Switzerland."),
        steps=(
            _("Ask your contact at DPD Switzerland to open the DPD Label Print Shipment API for you."),
            _("Enter the user and password you get for it."),
        ),
    ),
    "gls": CarrierGuide(
        steps=(
            _("Sign in at dev-portal.gls-group.net and create an app."),
            _("Add “Track And Trace V1” and “Authentication API V2” to it, and copy API Key and Secret."),
        ),
    ),
    "ups": CarrierGuide(
        steps=(
            _("Sign in at developer.ups.com and add an app with “Tracking”."),
            _("Copy its Client ID and Client Secret."),
        ),
    ),
    "fedex": CarrierGuide(
        steps=(
            _("Sign in at developer.fedex.com and create an API project with “Track API”."),
            _("Move the project to production and copy the production key's API Key and Secret Key."),
        ),
    ),
    "usps": CarrierGuide(
        steps=(
            _("Sign in at developers.usps.com with a USPS business account and add an app."),
            _("Ask USPS to open the Tracking API for it; without this USPS refuses its keys."),
            _("Copy its Consumer Key and Consumer Secret."),
        ),
        quota=_("USPS usually allows 60 questions an hour until you ask for more."),
    ),
    "austrian_post": CarrierGuide(
        steps=(
            _("Ask your contact at Austrian Post for its web service for tracking data (GetParcelDetail)."),
            _("Enter the user and password you get for it."),
        ),
    ),
}

AGGREGATORS: dict[str, tuple[Word, ...]] = {
    "aftership": (
        _("In AfterShip, open Settings > Webhooks and add the address."),
        _("Copy the webhook secret shown there into the form below."),
    ),
    "easypost": (
        _("Make the secret below."),
        _("In EasyPost, add a webhook with the address and this secret as its webhook secret."),
    ),
    "karrio": (
        _("In karrio, add a webhook with the address for “tracker_updated”."),
        _("Copy the secret karrio shows for it into the form below."),
    ),
    "ship24": (
        _("In Ship24's dashboard, enter the address as webhook URL."),
        _("Copy the webhook secret shown there into the form below."),
    ),
    "shippo": (
        _("Make the secret below."),
        _("In Shippo, add a webhook for “track_updated”: the address, with ?token= and the secret at its end."),
        _("If Shippo has given you a secret for signatures, enter that one instead and leave the token out."),
    ),
}

TROUBLE: dict[str, Word] = {
    Trouble.REFUSED: _("The carrier refuses these keys. Until they are right, it is asked every six hours only."),
    Trouble.TOO_FAST: _("The carrier asks us to slow down, or the day's questions are used up."),
    Trouble.AWAY: _("The carrier's server does not answer."),
    Trouble.NONSENSE: _("The carrier's answer cannot be read."),
}

CREDENTIALS: dict[str, Word] = {
    "API Key": _("API Key"),
    "API Secret": _("API Secret"),
    "Secret": _("Secret"),
    "Secret Key": _("Secret Key"),
    "Consumer Key": _("Consumer Key"),
    "Consumer Secret": _("Consumer Secret"),
    "Client ID": _("Client ID"),
    "Client Secret": _("Client Secret"),
    "Partner name": _("Partner name"),
    "Partner token": _("Partner token"),
    "Cloud user ID": _("Cloud user ID"),
    "Cloud user token": _("Cloud user token"),
    "User": _("User"),
    "Password": _("Password"),
    "User of the tracking service": _("User of the tracking service"),
    "Password of the tracking service": _("Password of the tracking service"),
}
PROBLEM: dict[str, Word] = {
    "required": _("This is needed."),
    "too_short": _("This is empty."),
    "format": _("This is no key as carriers give them out."),
}


def about(client: Client) -> str:
    """Return for which parcels a carrier's interface is, and how many it is asked about at once."""
    count = client.numbers_at_once
    at_once = ngettext("%(count)s parcel in each question.", "%(count)s parcels in each question.", count)
    return " ".join(filter(None, (str(GUIDES[client.name].about), at_once % {"count": count})))


def usual_quota(client: Client) -> str:
    """Return how often a carrier may usually be asked."""
    if GUIDES[client.name].quota:
        return str(GUIDES[client.name].quota)
    if client.quota_per_day is None:
        return gettext("The carrier names no number of questions a day.")
    count = number_format(client.quota_per_day, force_grouping=True)
    return gettext("Usually %(count)s questions a day are allowed. The day begins at 00:00 GMT.") % {"count": count}
