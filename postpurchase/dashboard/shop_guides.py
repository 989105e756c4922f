"""How each make of shop is connected: what to paste where, step by step, in the words of the shop's own menus."""

from dataclasses import dataclass
from typing import Any, Literal

from django.utils.translation import gettext_lazy as _

from postpurchase.connectors.registry import connector_named

Words = Any  # a lazy string
Shows = Literal["", "address", "secret", "topics", "app"]


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to do in the shop. ``shows`` is what stands below it, to be copied."""

    words: Words
    shows: Shows = ""


@dataclass(frozen=True, slots=True)
class Guide:
    """A make of shop. ``topics`` are the events to choose there; ``access_steps`` lead to what we ask the shop with.

    ``access_why`` says what asking is good for; ``address_example`` stands in the empty field. ``page`` is the page of
    the documentation with more about it.
    """

    about: Words
    steps: tuple[Step, ...] = ()
    topics: tuple[Words, ...] = ()
    secret_where: Words = ""
    access_why: Words = ""
    access_steps: tuple[Words, ...] = ()
    address_example: str = "https://shop.example.com"
    page: str = ""


_PUSHES_TOO = (
    Step(
        _("With an extension for webhooks your shop can push as well, signed by Standard Webhooks, to this address:"),
        "address",
    ),
    Step(_("The extension signs with this secret:"), "secret"),
)

GUIDES: dict[str, Guide] = {
    "shopify": Guide(
        page="connect-shopify",
        about=_("Shopify tells us of every order by itself. You create a few webhooks and paste one key here."),
        steps=(
            Step(_("In Shopify, open Settings, then Notifications, then Webhooks, and choose “Create webhook”.")),
            Step(_("Choose the format JSON and paste this address:"), "address"),
            Step(_("Save one webhook for each of these events:"), "topics"),
            Step(
                _(
                    "Below the list Shopify shows the key with which it signs your webhooks."
                    " Paste it into the field here."
                )
            ),
        ),
        topics=(
            "Order creation",
            "Order update",
            "Order cancellation",
            "Fulfillment creation",
            "Fulfillment update",
            "Refund create",
            "Product creation",
            "Product update",
            "Product deletion",
            "Customer creation",
            "Customer update",
        ),
        secret_where=_("In Shopify it stands below the list of webhooks."),
        access_why=_(
            "Shopify gives up on a webhook after a few hours. With a key for reading we look once an hour whether"
            " anything is missing."
        ),
        access_steps=(
            _("Open dev.shopify.com, sign in as the shop's owner, and create an app."),
            _(
                "Give it the access scopes read_orders, read_fulfillments, read_products and read_customers, release"
                " the version and install the app in your shop."
            ),
            _("Copy client ID and client secret from the app's settings, and paste them here with the shop's address."),
        ),
        address_example="https://your-shop.myshopify.com",
    ),
    "woocommerce": Guide(
        page="connect-woocommerce",
        about=_(
            "WooCommerce tells us of every order by itself. You create a few webhooks; address and secret are below."
        ),
        steps=(
            Step(
                _(
                    "In WordPress, open WooCommerce, then Settings, then Advanced, then Webhooks, and choose"
                    " “Add webhook”."
                )
            ),
            Step(_("Set the status to “Active” and paste this as the delivery URL:"), "address"),
            Step(_("Paste this as the secret:"), "secret"),
            Step(_("Save one webhook for each of these topics, all with the same address and secret:"), "topics"),
        ),
        topics=(
            _("Order created"),
            _("Order updated"),
            _("Order deleted"),
            _("Order restored"),
            _("Product created"),
            _("Product updated"),
            _("Product deleted"),
        ),
        access_why=_(
            "WooCommerce never repeats a webhook that failed, and says only here for which articles money was given"
            " back. With a key for reading we look once an hour."
        ),
        access_steps=(
            _("In WordPress, open WooCommerce, then Settings, then Advanced, then REST API, and choose “Add key”."),
            _("Choose the permission “Read” and generate the key."),
            _("Paste the shop's address, the consumer key and the consumer secret here."),
        ),
    ),
    "shopware": Guide(
        page="connect-shopware",
        about=_("Shopware is asked for news every five minutes with an integration. Nothing has to be installed."),
        steps=(
            Step(_("Download the app of this connection. It holds a secret: delete the file afterwards."), "app"),
            Step(
                _(
                    "In Shopware, open Extensions, then My extensions, choose “Upload extension”, then “Install”, and"
                    " switch it on. The shop registers itself and pushes from then on."
                )
            ),
        ),
        access_steps=(
            _("In Shopware, open Settings, then System, then Integrations, and choose “Add integration”."),
            _(
                "Leave “Administrator” off and give it a role that may read orders, customers, articles, media, sales"
                " channels, currencies, languages, shipping and payment."
            ),
            _("Paste the shop's address, the access key ID and the secret access key here. Shopware shows them once."),
        ),
    ),
    "magento": Guide(
        page="connect-magento",
        about=_("Magento is asked for news every five minutes with an integration. Nothing has to be installed."),
        steps=_PUSHES_TOO,
        access_steps=(
            _("In Magento's admin, open System, then Integrations, and choose “Add New Integration”."),
            _("Under API, allow Sales, Catalog and Stores. Save it and choose “Activate”."),
            _(
                "Since version 2.4.4: under Stores, Configuration, Services, OAuth, allow access tokens to be used as"
                " standalone bearer tokens."
            ),
            _("Paste the shop's address and the access token here."),
        ),
    ),
    "gambio": Guide(
        page="connect-gambio",
        about=_("Gambio is asked for news every five minutes through its REST API. Nothing has to be installed."),
        steps=_PUSHES_TOO,
        access_steps=(
            _("In Gambio's admin, create an administrator just for us, who may read orders and articles."),
            _("In GX4, create an API token for this administrator; in GX3 the e-mail address and password will do."),
            _("Paste the shop's address here, and the token, or e-mail address and password with a colon between."),
        ),
    ),
    "own": Guide(
        page="connect-own-shop",
        about=_("For a shop of your own making: it sends what our API takes, signed by Standard Webhooks."),
        steps=(
            Step(_("Have your shop send to this address:"), "address"),
            Step(_("It signs with this secret, as every library for Standard Webhooks does:"), "secret"),
            Step(_("Each body has a type and data. These types are understood:"), "topics"),
        ),
        topics=(
            "order.saved",
            "order.cancelled",
            "order.refunded",
            "shipment.saved",
            "product.saved",
            "customer.saved",
        ),
    ),
}

# Titles that are no names.
TITLES: dict[str, Words] = {"own": _("Your own shop")}
# The fields of the connectors' forms, in the words of the connectors.
CREDENTIALS: dict[str, Words] = {
    "Client ID": _("Client ID"),
    "Client secret": _("Client secret"),
    "Consumer key": _("Consumer key"),
    "Consumer secret": _("Consumer secret"),
    "Access token of the integration": _("Access token of the integration"),
    "Access key ID of the integration": _("Access key ID of the integration"),
    "Secret access key": _("Secret access key"),
    "API token, or login:password of an administrator": _("API token, or login:password of an administrator"),
}


def guide_for(connector: str) -> Guide:
    """Return how a make of shop is connected; one without words of its own gets the general ones."""
    return GUIDES.get(connector) or Guide(
        about=_("The shop sends to our address, or is asked for news."), steps=_PUSHES_TOO, page="connectors"
    )


def title_of(connector: str) -> str:
    """Return what a make of shop is called; one that is unknown by now is shown by its name."""
    known = connector_named(connector)
    return str(TITLES.get(connector) or (known.title if known else connector))


def credential_words(label: str) -> str:
    """Return what a field of the form is called."""
    return str(CREDENTIALS.get(label, label))
