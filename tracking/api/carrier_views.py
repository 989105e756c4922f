"""Whose number is this? By REST."""

from typing import Annotated

from msgspec import Meta, Struct
from rest_framework.request import Request

from postpurchase.accounts.models import Scope
from postpurchase.api.pagination import Page
from postpurchase.api.views import Answer, ApiView, operation
from tracking.carriers.detection import Certainty, detect
from tracking.enums import Carrier
from tracking.inputs import plain_number


class CandidatesQuery(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Spaces and small letters do not matter."""

    tracking_number: Annotated[str, Meta(min_length=1, max_length=100)]


class CandidateAnswer(Struct, frozen=True, kw_only=True):
    """A courier that may have handed out the number; ``carrier`` is what a parcel of it has, `other` for most.

    ``certainty`` is `certain` (a form or check digit only this courier has), `likely` (a check digit, and nobody else's
    number looks so) or `possible`.
    """

    courier: str
    name: str
    carrier: Carrier
    certainty: Certainty


class CandidatesView(ApiView):
    """Couriers by tracking number."""

    @operation(
        "list_carrier_candidates",
        "Whose tracking number is this?",
        scope=Scope.SHIPMENTS_READ,
        answers={200: Page[CandidateAnswer]},
    )
    def get(self, request: Request, query: CandidatesQuery) -> Answer:
        """The likeliest courier first; none for a number of no known form. Several may fit: numbers are short, and
        nobody hands out forms. Nothing is asked or stored, and all stand on one page."""
        results = [
            CandidateAnswer(courier=one.courier, name=one.name, carrier=one.carrier, certainty=one.certainty)
            for one in detect(plain_number(query.tracking_number))
        ]
        return Answer(Page(results=results, next=None))
