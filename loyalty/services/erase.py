"""Taking a person out of what they answered and earned. Scores and points stay; points carry no names."""

import datetime as dt

from loyalty.models import BadgeAward, SurveyResponse
from postpurchase.lib.personal_data import ErasedPerson


def erase_answers(*, person: ErasedPerson, now: dt.datetime) -> int:
    """Empty the comments of a person's answers. Needs the merchant's scope."""
    return SurveyResponse.objects.filter(order__customer_id__in=person.customer_ids).update(comment="")


def erase_awards(*, person: ErasedPerson, now: dt.datetime) -> int:
    """Take an erased person's badges away. Needs the merchant's scope."""
    return BadgeAward.objects.filter(customer_id__in=person.customer_ids).delete()[0]
