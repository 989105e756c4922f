"""Who orders what while the demo runs, and how their parcels travel."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from postpurchase.demo.bodies import destination_of
from postpurchase.demo.mailbox.smtp import UNKNOWN_DOMAIN
from postpurchase.demo.parcels import News, Scenario, travel
from postpurchase.demo.people import Person, people
from postpurchase.demo.sample import read_sample
from postpurchase.demo.shops import HASELSTUBE, WIMPEL, DemoShop

_STAGE_OF_STATUS = {
    "info_received": 2,
    "in_transit": 2,
    "out_for_delivery": 3,
    "attempt_failed": 4,
    "delivered": 4,
    "available_for_pickup": 4,
}


@dataclass(frozen=True, kw_only=True)
class LiveParcel:
    """A parcel and what is in it (positions of the order, empty: everything). It travels as far as `until`.

    `names_hours`: in the van, its driver says when.
    """

    carrier: str
    scenario: Scenario
    positions: tuple[int, ...] = ()
    until: str = "delivered"
    names_hours: bool = False


@dataclass(frozen=True, kw_only=True)
class Plan:
    """One order: the kind of person who buys (`_buyers`), what (SKU and quantity), and in which parcels it travels.

    `phone_news` is sms, whatsapp or empty.
    """

    number: str
    shop: DemoShop
    buyer: str
    basket: tuple[tuple[str, int], ...]
    parcels: tuple[LiveParcel, ...]
    phone_news: str = ""
    gets_mail: bool = True


@dataclass(frozen=True, kw_only=True)
class LiveOrder(Plan):
    """A planned order with the person who places it."""

    person: Person

    def news(self) -> Iterator[tuple[int, int, News]]:
        """(stage, number of the parcel, news) in the order in which they happen."""
        for index, parcel in enumerate(self.parcels):
            history = travel(
                carrier=parcel.carrier,
                scenario=parcel.scenario,
                destination=destination_of(self.person),
                language=self.person.language,
            )
            missed = False
            for news in history:
                stage = 3 if news.substatus == "in_transit_delayed" else _STAGE_OF_STATUS[news.status]
                yield stage + missed, index, news
                missed = missed or news.status == "attempt_failed"
                if parcel.until in (news.status, news.substatus):
                    break


PLANS = (
    Plan(
        number="HS-2001",
        shop=HASELSTUBE,
        buyer="plain",
        basket=(("85123A", 2), ("22423", 1), ("21080", 2)),
        parcels=(LiveParcel(carrier="dhl", scenario=Scenario.NORMAL),),
    ),
    Plan(
        number="HS-2002",
        shop=HASELSTUBE,
        buyer="away",
        basket=(("22720", 1), ("22960", 1)),
        parcels=(LiveParcel(carrier="hermes", scenario=Scenario.PARCEL_SHOP, until="available_for_pickup"),),
    ),
    Plan(
        number="HS-2003",
        shop=HASELSTUBE,
        buyer="emoji",
        basket=(("22193", 1), ("22727", 1)),
        parcels=(LiveParcel(carrier="gls", scenario=Scenario.DELAYED, until="in_transit_delayed"),),
    ),
    Plan(
        number="HS-2004",
        shop=HASELSTUBE,
        buyer="long_name",
        basket=(("22697", 2), ("22699", 2), ("85066", 1)),
        parcels=(
            LiveParcel(carrier="dhl", scenario=Scenario.NEIGHBOUR, positions=(1, 2)),
            LiveParcel(
                carrier="dpd", scenario=Scenario.NORMAL, positions=(3,), until="out_for_delivery", names_hours=True
            ),
        ),
        phone_news="whatsapp",
    ),
    Plan(
        number="HS-2005",
        shop=HASELSTUBE,
        buyer="swiss",
        basket=(("22624", 1), ("22138", 1)),
        parcels=(LiveParcel(carrier="swiss_post", scenario=Scenario.LETTERBOX),),
    ),
    Plan(
        number="HS-2006",
        shop=HASELSTUBE,
        buyer="english",
        basket=(("21181", 1), ("84029G", 1), ("22570", 1)),
        parcels=(LiveParcel(carrier="dpd", scenario=Scenario.SAFE_PLACE),),
    ),
    Plan(
        number="HS-2007",
        shop=HASELSTUBE,
        buyer="with_phone",
        basket=(("21731", 1), ("22457", 1)),
        parcels=(LiveParcel(carrier="dhl", scenario=Scenario.LOCKER, until="available_for_pickup"),),
        phone_news="sms",
    ),
    Plan(
        number="HS-2008",
        shop=HASELSTUBE,
        buyer="mistyped",
        basket=(("22467", 1),),
        parcels=(),
        gets_mail=False,
    ),
    Plan(
        number="WW-2001",
        shop=WIMPEL,
        buyer="other_shop",
        basket=(("20726", 1), ("47566", 1), ("22326", 1)),
        parcels=(LiveParcel(carrier="hermes", scenario=Scenario.NORMAL),),
    ),
)


def live_orders() -> tuple[LiveOrder, ...]:
    """All orders of the demo's day, oldest first. Their people have bought before."""
    buyers = _buyers()
    return tuple(LiveOrder(**vars(plan), person=buyers[plan.buyer]) for plan in PLANS)


def _buyers() -> Mapping[str, Person]:
    """One person of each kind that the plans name, nobody twice."""
    germans, (swiss, *_), (english, *_) = (_regulars(HASELSTUBE, country) for country in ("DE", "CH", "GB"))
    other_shop, *_ = _regulars(WIMPEL, "DE")
    with_phone = next(person for person in germans if person.phone)
    plain, away, *_ = (person for person in germans if person is not with_phone)
    guest = germans[6]
    return {
        "plain": plain,
        "away": away,
        "emoji": next(person for person in people().values() if "🌻" in person.first_name),
        "long_name": max(people().values(), key=lambda person: len(person.name)),
        "swiss": swiss,
        "english": english,
        "with_phone": with_phone,
        "mistyped": replace(
            guest,
            email=f"{guest.email.partition('@')[0]}@{UNKNOWN_DOMAIN}",
            external_id=f"{guest.external_id}-gast",
        ),
        "other_shop": other_shop,
    }


def _regulars(shop: DemoShop, country: str) -> list[Person]:
    """Who has ordered most often at a shop, in a country; they like offers, so that points may be mailed."""
    orders = read_sample(shop.key)
    everybody = people()

    def rank(number: str) -> tuple[int, str]:
        return -sum(order.customer == number for order in orders), number

    numbers = sorted({order.customer for order in orders}, key=rank)
    return [
        person
        for number in numbers
        if (person := everybody[number]).country == country and person.likes_offers and person.first_name
    ]
