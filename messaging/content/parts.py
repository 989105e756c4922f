"""The parts that several mails share: opening, parcel, articles, contact, footer."""

from decimal import Decimal

from babel.lists import format_list

from messaging.content.blocks import (
    Block,
    Button,
    Details,
    Footer,
    Highlight,
    Item,
    Items,
    Paragraph,
    Progress,
    Recommendations,
    Recommended,
    Rule,
    Title,
    Total,
    Totals,
)
from messaging.content.facts import CaseFacts, DaySpan, LineFacts, MessageFacts, OrderFacts, ParcelFacts
from messaging.content.formats import Speech, one_line, presentable_name

# Mail programs cut a mail off at 102 kB; an order of 700 lines belongs on its page.
ITEMS_SHOWN = 12
ITEM_NAME_LIMIT = 120
NO_BREAK_SPACE = "\u00a0"

WAY = ("ordered", "packed", "on_its_way", "out_for_delivery", "delivered")


# What a mail's function returns: subject, preheader and blocks.
Written = tuple[str, str, list[Block]]


def require_order(facts: MessageFacts) -> OrderFacts:
    """Return the order the message is about. Raises ``MissingFact`` without one."""
    if facts.order is None:
        raise MissingFact("order")
    return facts.order


def require_parcel(facts: MessageFacts) -> ParcelFacts:
    """Return the parcel the message is about. Raises ``MissingFact`` without one."""
    if facts.parcel is None:
        raise MissingFact("parcel")
    return facts.parcel


def require_case(facts: MessageFacts) -> CaseFacts:
    """Return the problem the message is about. Raises ``MissingFact`` without one."""
    if facts.case is None:
        raise MissingFact("case")
    return facts.case


class MissingFact(LookupError):
    """A message cannot be written because what it is about is not there; the argument names it."""


class NothingToSay(Exception):
    """A message is better not sent: there is nothing in it for the reader. ``reason`` is a code."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def opening(facts: MessageFacts, speech: Speech, *, title: str, intro: str, above: str = "") -> list[Block]:
    """Return title, salutation and first sentences."""
    return [Title(title, above=above), Paragraph(speech.salutation(facts.person)), Paragraph(intro)]


def order_label(facts: MessageFacts, speech: Speech) -> str:
    return speech("order_label", number=which_parcels(facts, speech))


def which_parcels(facts: MessageFacts, speech: Speech) -> str:
    """Return the order's number, and which of its parcels the message is about where it has more than one."""
    return ", ".join(filter(None, [order_number(facts), parcel_words(facts, speech)]))


def parcel_words(facts: MessageFacts, speech: Speech) -> str:
    """Return which of an order's parcels the message is about ("Paket 2"), nothing where it has only one."""
    if not is_one_of_several(facts):
        return ""
    positions = sorted(parcel.position for parcel in facts.parcels)
    listed = format_list([str(position) for position in positions], locale=speech.locale)
    return speech("which_parcels", count=len(positions), parcels=listed)


def is_one_of_several(facts: MessageFacts) -> bool:
    """Say whether the order has, or will have, parcels that this message could be mistaken to be about."""
    if facts.parcel is None or facts.order is None:
        return False
    return facts.order.parcel_count > 1 or facts.parcel.partial


def order_number(facts: MessageFacts) -> str:
    return one_line(require_order(facts).number)


def carrier_name(parcel: ParcelFacts, speech: Speech, case: str = "nominative") -> str:
    """Return the carrier's name in a grammatical case, with its article where it has one."""
    key = f"carriers.{parcel.carrier}.{case}"
    if speech.texts.has(key):
        return speech(key)
    return presentable_name(parcel.carrier_word) or speech(f"carriers.unnamed.{case}")


def sender_of_news(parcel: ParcelFacts, speech: Speech) -> str:
    """Return the carrier as a label: without article, empty where it is not known."""
    key = f"carriers.{parcel.carrier}.label"
    return speech(key) if speech.texts.has(key) else presentable_name(parcel.carrier_word)


def order_button(facts: MessageFacts, label: str) -> list[Block]:
    return [Button(label, facts.links.order)] if facts.links.order else []


def problem_button(facts: MessageFacts, label: str) -> list[Block]:
    """Return the way to where the order's page asks whether everything is all right."""
    return [Button(label, f"{facts.links.order}#sentiment", quiet=True)] if facts.links.order else []


def promise(facts: MessageFacts, speech: Speech) -> list[Block]:
    """Return the day the parcel is expected, where somebody named one that is still to come."""
    span = expected_days(facts)
    return [Highlight(speech("promise.label"), speech.span(span))] if span else []


def expected_days(facts: MessageFacts) -> DaySpan | None:
    """Return when the parcel, else the order, is promised to come; None for no promise and for one that has passed."""
    span = (facts.parcel.promise if facts.parcel else None) or (facts.order.promise if facts.order else None)
    return span if span and span.latest >= facts.today else None


def hours_of_today(facts: MessageFacts) -> DaySpan | None:
    """Return today's hours in which the parcel is promised to come, None without any."""
    span = facts.parcel.promise if facts.parcel else None
    return span if span and span.has_hours and span.latest == facts.today else None


def way(speech: Speech, *, at: int, warn: bool = False, last: str = "delivered") -> Progress:
    stops = (*WAY[:-1], last)
    return Progress(tuple(speech(f"way.{stop}") for stop in stops), at=at, warn=warn)


def parcel_details(parcel: ParcelFacts, speech: Speech) -> list[Block]:
    """Return carrier and tracking number, as far as known."""
    rows = []
    if carrier := sender_of_news(parcel, speech):
        rows.append((speech("parcel.carrier"), carrier))
    if parcel.number:
        rows.append((speech("parcel.number"), one_line(parcel.number)))
    return [Details(tuple(rows))] if rows else []


def articles(lines: tuple[LineFacts, ...], order: OrderFacts, speech: Speech) -> Items:
    """Return the articles, at most ``ITEMS_SHOWN`` of them."""
    shown = tuple(_article(line, order, speech) for line in lines[:ITEMS_SHOWN])
    left_out = len(lines) - len(shown)
    return Items(shown, more=speech("items.more", count=left_out) if left_out else "")


def _article(line: LineFacts, order: OrderFacts, speech: Speech) -> Item:
    name = _item_name(line.name) or speech("items.unnamed")
    return Item(
        name=name,
        detail=speech("items.quantity", count=line.quantity),
        price="" if line.total is None else speech.money(line.total, order.currency),
        picture_url=line.picture_url,
        initial=_initial(name),
    )


def recommendations(facts: MessageFacts) -> Recommendations:
    """Return what to recommend. Raises ``NothingToSay`` where nothing is good."""
    if not facts.recommended:
        raise NothingToSay("nothing_to_recommend")
    return Recommendations(
        tuple(
            Recommended(_item_name(one.name), one.why, one.url, one.picture_url, _initial(one.name))
            for one in facts.recommended
        )
    )


def _item_name(text: str) -> str:
    name = one_line(text)
    return name if len(name) <= ITEM_NAME_LIMIT else name[: ITEM_NAME_LIMIT - 1].rstrip() + "…"


def _initial(name: str) -> str:
    return next((letter.upper() for letter in name if letter.isalnum()), "·")


def totals(order: OrderFacts, speech: Speech) -> Totals:
    """Return what the order costs. The shop's sums are shown, never recomputed; the subtotal only where they add up."""
    rows = []
    subtotal = sum((line.total or Decimal(0) for line in order.lines), Decimal(0))
    extras = order.shipping_total or order.discount_total
    if extras and subtotal + order.shipping_total - order.discount_total == order.total:
        rows.append(Total(speech("totals.subtotal"), speech.money(subtotal, order.currency)))
    if order.discount_total:
        rows.append(Total(speech("totals.discount"), speech.money(-order.discount_total, order.currency)))
    if order.shipping_total:
        rows.append(Total(speech("totals.shipping"), speech.money(order.shipping_total, order.currency)))
    rows.append(Total(speech("totals.total"), speech.money(order.total, order.currency), strong=True))
    if order.tax_total:
        rows.append(Total(speech("totals.tax"), speech.money(order.tax_total, order.currency)))
    return Totals(tuple(rows))


def contact_line(facts: MessageFacts, speech: Speech) -> str:
    """Return how to reach the store, in one sentence; empty where it named no way."""
    store = facts.store
    ways = [
        "reply" if store.can_reply else "email" if store.support_email else "",
        "phone" if store.support_phone else "",
    ]
    key = "_".join(filter(None, ways))
    phone = store.support_phone.replace(" ", NO_BREAK_SPACE)
    return speech(f"contact.{key}", email=store.support_email, phone=phone) if key else ""


def with_contact(text: str, facts: MessageFacts, speech: Speech) -> str:
    return f"{text} {contact_line(facts, speech)}".strip()


def closing(facts: MessageFacts, speech: Speech, *, contact: bool = True) -> list[Block]:
    """Return how to reach us (unless the mail said so before), and the regards."""
    blocks: list[Block] = [Rule()]
    if contact and (line := contact_line(facts, speech)):
        blocks.append(Paragraph(f"{speech('contact.lead')} {line}"))
    return [*blocks, Paragraph(speech("regards", store=one_line(facts.store.name)))]


def footer(facts: MessageFacts, speech: Speech) -> Footer:
    """Return who sends this and why, and for anything but service mail how to stop it."""
    store = facts.store
    name = one_line(store.name)
    number = order_number(facts) if facts.order else ""
    reason = (
        speech(f"footer.reason.{facts.message_class}", store=name, number=number)
        if number
        else speech(f"footer.reason.{facts.message_class}_without_order", store=name)
    )
    links = [
        (speech("footer.unsubscribe"), facts.links.preferences if facts.message_class != "service" else ""),
        (speech("footer.shop"), store.shop_url),
        (speech("footer.returns"), store.return_url),
        (speech("footer.withdrawal"), store.withdrawal_url),
        (speech("footer.imprint"), store.imprint_url),
        (speech("footer.privacy"), store.privacy_url),
    ]
    return Footer(reason, tuple((label, url) for label, url in links if url), store.imprint.strip() or name)
