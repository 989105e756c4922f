"""One question over the wire: a token where the carrier wants one, the request, and the answer read. No transaction."""

import dataclasses
import datetime as dt
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

import structlog
from django.conf import settings

from postpurchase.accounts.scoping import merchant_scope
from postpurchase.lib import crypto, http
from tracking.carriers.answers.base import CarrierTrouble, Headers, Heard, Trouble
from tracking.models import CarrierAccount
from tracking.polling.clients.base import Client, Question, Request, TokenDesk

log = structlog.get_logger(__name__)

REQUEST_SECONDS = 15.0
# The longest story of ten parcels is a tenth of this.
LARGEST_ANSWER = 2_000_000
# A token this close to its end is renewed before.
TOKEN_MARGIN = dt.timedelta(seconds=60)
# What of a failed request is an answer that is none, rather than no answer.
UNUSABLE = ("answer_too_large", "compressed_answer")


@dataclass(frozen=True, slots=True)
class Said:
    """What a carrier said of the parcels it knows. ``headers`` may say how often it may be asked."""

    heard: tuple[Heard, ...] = ()
    headers: Headers = field(default_factory=dict)


def ask(client: Client, account: CarrierAccount, question: Question, *, zone: ZoneInfo, now: dt.datetime) -> Said:
    """Ask one question and return what is known. Raises ``CarrierTrouble``, whatever goes wrong.

    A token that the carrier no longer takes is renewed once. A carrier that knows none of the parcels said so: that is
    an answer, and nothing is heard.
    """
    question = dataclasses.replace(question, token=_stored_token(account, now))
    renewed = False
    if client.token is not None and not question.token:
        question, renewed = _with_new_token(client, client.token, account, question, now), True
    answer = _request(client, client.request(question))
    if client.token is not None and answer.status in client.token.refused_with and not renewed:
        question = _with_new_token(client, client.token, account, question, now)
        answer = _request(client, client.request(question))
    try:
        return Said(tuple(client.read(answer.status, answer.headers, answer.body, zone=zone)), answer.headers)
    except CarrierTrouble as trouble:
        if trouble.trouble is Trouble.NOT_FOUND:
            return Said((), answer.headers)
        raise
    except Exception as error:
        # An answer nobody thought of must not stop the carrier from being asked again.
        log.error("polling.read_failed", client=client.name, exc_info=error)
        raise CarrierTrouble(Trouble.NONSENSE, "an answer that cannot be read") from error


def address_of(client: Client, address: str = "") -> str:
    """Return where a carrier is asked: at its interface, or at ``address``; or at the stand-in the operator named."""
    return str(settings.CARRIER_URLS.get(client.name, address or client.address)).rstrip("/")


def _request(client: Client, request: Request, address: str = "") -> http.Answer:
    try:
        return http.request(
            request.method,
            f"{address_of(client, address)}{request.path}",
            headers=request.headers,
            body=request.body,
            allow=settings.EGRESS_ALLOW,
            most_bytes=LARGEST_ANSWER,
            total_seconds=REQUEST_SECONDS,
        )
    except http.EgressError as error:
        trouble = Trouble.NONSENSE if error.reason in UNUSABLE else Trouble.AWAY
        raise CarrierTrouble(trouble, error.reason) from error


def _stored_token(account: CarrierAccount, now: dt.datetime) -> str:
    if not account.token_sealed or account.token_until is None or account.token_until - TOKEN_MARGIN <= now:
        return ""
    return crypto.unseal(account.token_sealed)


def _with_new_token(
    client: Client, desk: TokenDesk, account: CarrierAccount, question: Question, now: dt.datetime
) -> Question:
    """Get a token and keep it, sealed, for the questions that follow."""
    answer = _request(client, desk.request(question.credentials), desk.address)
    token = desk.read(answer.status, answer.headers, answer.body)
    until = now + dt.timedelta(seconds=token.seconds)
    with merchant_scope(account.merchant_id):
        same_keys = CarrierAccount.objects.filter(pk=account.pk, credentials_sealed=account.credentials_sealed)
        same_keys.update(token_sealed=crypto.seal(token.value), token_until=until)
    return dataclasses.replace(question, token=token.value)
