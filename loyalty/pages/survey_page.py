"""What the survey page shows: a question, an answer not yet sent, or thanks. Plain data for the template."""

import datetime as dt
from dataclasses import dataclass
from urllib.parse import quote

from loyalty.enums import SurveyKind
from loyalty.models import Programme, SurveyResponse
from loyalty.pages.speech import Speech, speech_for
from loyalty.selectors import current_answer, survey_reward
from orders.models import Order
from postpurchase.accounts.brand import PageBrand, page_brand
from postpurchase.accounts.models import Merchant, Store

QUESTION, CHOSEN, THANKS = "question", "chosen", "thanks"


@dataclass(frozen=True, slots=True)
class ScoreButton:
    """One of eleven. ``spoken`` is what a screen reader says."""

    score: int
    spoken: str
    pressed: bool


@dataclass(frozen=True, slots=True)
class Contact:
    """How an unhappy shopper reaches a person; empty where the store names no way."""

    mail_url: str
    phone: str
    phone_url: str


@dataclass(frozen=True, slots=True)
class SurveyPage:
    """``state`` is question, chosen or thanks. ``mood`` is promoter, passive or detractor."""

    state: str
    brand: PageBrand
    language: str
    store: str
    number: str
    scores: tuple[ScoreButton, ...]
    chosen: int | None
    spoken: str
    before: str
    mood: str
    comment: str
    draft: str
    reward: str
    reward_posted: bool
    contact: Contact | None
    problem: str


def survey_page(
    *,
    merchant: Merchant,
    order: Order,
    programme: Programme | None,
    now: dt.datetime,
    accepted: str = "",
    chosen: int | None = None,
    draft: str | None = None,
    problem: str = "",
) -> tuple[SurveyPage, Speech]:
    """Return the page and its voice. ``chosen`` comes from a link of the mail and stores nothing; ``draft`` is what
    was written but could not be stored, ``problem`` the code of why, ``accepted`` an Accept-Language header."""
    store = order.store
    speech = speech_for(
        merchant=merchant,
        store=store,
        programme=programme,
        customer=order.customer,
        order=order,
        accepted=accepted,
    )
    answer = current_answer(merchant=merchant, order=order, kind=SurveyKind.NPS)
    state, score = _state(answer, chosen)
    reward = survey_reward(merchant=merchant, order=order, kind=SurveyKind.NPS, now=now)
    comment = answer.comment if answer else ""
    mood = _mood(score) if score is not None else ""
    page = SurveyPage(
        state=state,
        brand=page_brand(merchant=merchant, store=store),
        language=speech.texts.language,
        store=store.name,
        number=order.number,
        scores=tuple(
            ScoreButton(number, speech("survey.score", score=number), pressed=number == score) for number in range(11)
        ),
        chosen=score,
        spoken="" if score is None else speech("survey.score", score=score),
        before=speech("survey.chosen.was", score=answer.score) if answer and state == CHOSEN else "",
        mood=mood,
        comment=comment,
        draft=comment if draft is None else draft,
        reward=speech.points(reward.points) if reward else "",
        reward_posted=bool(reward and reward.posted),
        contact=_contact(store, order, speech) if mood == "detractor" else None,
        problem=speech(f"survey.problem.{problem}") if problem else "",
    )
    return page, speech


def _state(answer: SurveyResponse | None, chosen: int | None) -> tuple[str, int | None]:
    if chosen is not None and (answer is None or chosen != answer.score):
        return CHOSEN, chosen
    if answer is not None:
        return THANKS, answer.score
    return QUESTION, None


def _mood(score: int) -> str:
    return "promoter" if score >= 9 else "passive" if score >= 7 else "detractor"


def _contact(store: Store, order: Order, speech: Speech) -> Contact | None:
    address = store.support_email or store.reply_to
    if not address and not store.support_phone:
        return None
    subject = quote(speech("survey.contact.mail_subject", number=order.number))
    dialled = "".join(character for character in store.support_phone if character in "+0123456789")
    return Contact(
        mail_url=f"mailto:{address}?subject={subject}" if address else "",
        phone=store.support_phone,
        phone_url=f"tel:{dialled}" if dialled else "",
    )
