"""Every merchant may start with a simple programme, and keeps what it has."""

import pytest
from django.core.exceptions import ValidationError

from loyalty.models import EarningRule, Programme
from loyalty.services.programme import install_default_programme
from postpurchase.accounts.scoping import merchant_scope


def test_the_default_is_points_on_delivery_and_for_the_survey(merchant, in_scope, now):
    programme = install_default_programme(merchant=merchant, now=now)

    assert (programme.name, programme.active, programme.earn_on_backfill) == ("Lindenhof", True, False)
    assert programme.units == {
        "de": {"one": "Punkt", "other": "Punkte"},
        "en": {"one": "point", "other": "points"},
    }
    fields = ("key", "trigger", "rank", "points", "per_amount", "conditions", "hold_days")
    assert list(EarningRule.objects.order_by("rank").values_list(*fields)) == [
        ("purchase", "order.delivered", 10, 1, 1, {}, 14),
        ("survey", "survey.answered", 20, 25, None, {"surveys": ["nps"]}, 0),
    ]


def test_a_merchant_may_name_its_unit_and_its_time_for_returns(merchant, in_scope, now):
    units = {"de": {"one": "Haselnuss", "other": "Haselnüsse"}}

    programme = install_default_programme(merchant=merchant, now=now, hold_days=0, units=units)

    assert programme.units == units
    assert EarningRule.objects.get(key="purchase").hold_days == 0


def test_a_merchant_that_has_a_programme_keeps_it(merchant, other_merchant, now):
    with merchant_scope(merchant.id):
        first = install_default_programme(merchant=merchant, now=now)
        EarningRule.objects.filter(key="purchase").update(points=3)
        Programme.objects.update(name="Lindenblätter")

        again = install_default_programme(merchant=merchant, now=now, hold_days=0, earn_on_backfill=True, units={})

        assert (again.id, again.name, again.earn_on_backfill) == (first.id, "Lindenblätter", False)
        assert list(EarningRule.objects.order_by("rank").values_list("points", "hold_days")) == [(3, 14), (25, 0)]
    with merchant_scope(other_merchant.id):
        assert Programme.objects.count() == 0


def test_a_rule_for_good_marks_only_cannot_be_saved_with_care(merchant, in_scope, now):
    install_default_programme(merchant=merchant, now=now)
    rule = EarningRule.objects.get(key="survey")
    rule.conditions = {"surveys": ["nps"], "score": [9, 10]}

    with pytest.raises(ValidationError) as refused:
        rule.clean()

    assert refused.value.message_dict == {"conditions": ["“score” is not a condition or has a value of the wrong kind"]}
