"""The words for the parts of the tracking page, as whoever edits it reads them."""

from django.utils.translation import gettext_lazy as _

from postpurchase.dashboard.words import Word
from postpurchase.lib.page_style import StyleProblem

# Title of each block with what it shows; a block nobody wrote words for is called by its own name.
BLOCKS: dict[str, tuple[Word, Word]] = {
    "parcels": (_("Parcels"), _("Where each parcel is, its news, and the way to the carrier.")),
    "problems": (_("Problems"), _("What went wrong with a parcel, and what the shopper wants done about it.")),
    "buyer": (_("Address and contact data"), _("Only for shoppers who gave a code from their mail.")),
    "sms": (_("News on the phone"), _("Only for shoppers who gave a code from their mail.")),
    "report": (_("Report a problem"), _("The way to tell you that something is missing or broken.")),
    "sentiment": (_("Did everything arrive safely?"), _("Three faces, once everything is delivered.")),
    "unsent": (_("Not sent yet"), _("What is in no parcel so far.")),
    "items": (_("Articles"), _("What was ordered, where the parcels do not list it.")),
    "recommendations": (_("Recommendations"), _("What goes well with the order, with the reason.")),
    "campaign": (_("Campaign"), _("One banner of yours, for those it is meant for.")),
    "free_shipping": (_("Free shipping"), _("How much is missing until the next order ships for nothing.")),
    "points": (_("Points"), _("The shopper's points, where you run a programme.")),
    "badges": (_("Badges"), _("What the shopper has earned. Only for those who gave a code from their mail.")),
    "how_tos": (_("Manuals and films"), _("Help for each article, once it is on its way.")),
    "at_hand": (_("Keep at hand"), _("The expected days for the calendar, and a QR code on wide screens.")),
    "questions": (_("Questions and answers"), _("Yours first, then those that fit the parcel.")),
    "contact": (_("Contact"), _("Mail, telephone, opening hours.")),
}
# Why a block cannot be taken away.
ALWAYS_THERE: dict[str, Word] = {
    "parcels": _("This is what shoppers open the page for, so it always stays."),
    "problems": _(
        "Only here can shoppers answer your questions about a parcel and read what you do about it, so it always stays;"
        " without a problem it is not shown."
    ),
}
# The groups of texts: the first words of their keys.
TEXT_GROUPS: dict[str, Word] = {
    "page": _("The page"),
    "carrier": _("Carriers in a sentence"),
    "when": _("Days and times"),
    "stop": _("Stations on the way"),
    "order": _("The order as a whole"),
    "parcel": _("One parcel"),
    "news": _("News of the carrier"),
    "sentiment": _("After the delivery"),
    "help": _("Contact"),
    "faq": _("Questions and answers"),
    "recommendations": _("Recommendations"),
    "points": _("Points"),
    "badges": _("Badges"),
    "look_up": _("Looking up an order"),
    "campaign": _("Campaign"),
    "frame": _("Head and foot"),
    "buyer": _("Address and contact data"),
    "code": _("One-time code"),
    "handover": _("How it was handed over"),
    "options": _("Changing a delivery"),
    "how_tos": _("Manuals and films"),
    "at_hand": _("Keep at hand"),
    "calendar": _("Calendar file"),
    "sms": _("News on the phone"),
    "preview": _("Link preview in chats"),
    "cases": _("Problems"),
    "report": _("Report a problem"),
    "carrier_file": _("File for the carrier"),
}
STATES: dict[str, Word] = {
    "ordered": _("Just ordered"),
    "announced": _("Announced"),
    "on_the_way": _("On the way"),
    "failed_attempt": _("Nobody at home"),
    "delivered": _("Delivered"),
}
TEXT_PROBLEMS: dict[str, Word] = {
    "unknown": _("There is no such text any more."),
    "too_long": _("At most 1,000 characters, please."),
    "braces": _("A brace stands alone, or holds more than a placeholder."),
    "placeholder": _("This text does not know that placeholder."),
}
LANGUAGE_PROBLEMS: dict[str, Word] = {
    "shape": _("Two or three small letters, with a country in capitals if need be: fr or fr-CH."),
    "unknown": _("We do not know this language's dates and plurals."),
}
STYLE_PROBLEMS: dict[str, Word] = {
    "unknown_name": _("This variable is not on the list."),
    "not_a_line": _("Write one variable to a line, like --card: #ffffff;"),
    "bad_colour": _("Write the colour like #0b6b58."),
    "bad_length": _("Write the length in px or rem, like 8px; very large ones are refused."),
    "bad_font": _("Write names of fonts, separated by commas; addresses are refused."),
    "only_light": _("This holds in light and dark alike; write it into the first field."),
    "too_long": _("That is too much; at most 4,000 characters."),
}


def block_title(name: str) -> str:
    """Return what a block is called."""
    return str(BLOCKS[name][0]) if name in BLOCKS else name


def block_note(name: str) -> str:
    """Return what a block shows."""
    return str(BLOCKS[name][1]) if name in BLOCKS else ""


def why_always_there(name: str) -> str:
    """Return why a block stays on the page, empty for one that may go."""
    return str(ALWAYS_THERE.get(name, ""))


def style_problem(problem: StyleProblem) -> str:
    """Return what is wrong with a line of a style, with the line."""
    return f"{problem.text}: {STYLE_PROBLEMS[problem.code]}"


# Each rule of a campaign, where it held and where it did not.
CAMPAIGN_RULES: dict[str, tuple[Word, Word]] = {
    "active": (_("It is switched on."), _("It is switched off.")),
    "link": (_("It leads to your shop."), _("It leads to a host that is not your shop's any more.")),
    "period": (_("Today lies in its period."), _("Today lies outside its period.")),
    "calm": (_("Nothing is wrong with the order."), _("Something is wrong with the order.")),
    "store": (_("The storefront is the right one."), _("The order is from another storefront.")),
    "language": (_("The page is in its language."), _("The page is in another language.")),
    "status": (_("The parcel has the right status."), _("The parcel has another status.")),
    "product": (_("One of its articles is in the order."), _("None of its articles is in the order.")),
    "category": (_("One of its categories is in the order."), _("None of its categories is in the order.")),
    "country": (_("The country of delivery fits."), _("The order goes to another country.")),
    "value": (_("The value of the order fits."), _("The value of the order does not fit, or its currency.")),
    "attribute": (_("The customer has the attribute."), _("The customer does not have the attribute.")),
    "first": (_("It is the customer's first order."), _("It is not the customer's first order.")),
    "returning": (_("The customer has ordered before."), _("The customer has not ordered before.")),
}
CAMPAIGN_OUTCOMES: dict[str, Word] = {
    "shown": _("This one is shown"),
    "behind": _("Would fit, comes later"),
    "not_fitting": _("Does not fit"),
}
CAMPAIGN_STATUSES: dict[str, Word] = {
    "ordered": _("Just ordered"),
    "pending": _("Packed"),
    "info_received": _("Announced"),
    "in_transit": _("On the way"),
    "out_for_delivery": _("Out for delivery"),
    "available_for_pickup": _("Ready for pick-up"),
    "delivered": _("Delivered"),
}
CAMPAIGN_CUSTOMERS: dict[str, Word] = {
    "": _("All"),
    "first": _("On their first order"),
    "returning": _("Who have ordered before"),
}
