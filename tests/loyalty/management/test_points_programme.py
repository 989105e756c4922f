"""An operator starts, stops and looks at a programme."""

import io

import pytest
from django.core.management import CommandError, call_command

from loyalty.models import EarningRule, Programme
from postpurchase.accounts.scoping import all_merchants, merchant_scope

RULES = "\n  10. purchase: 1 per 1 on order.delivered, held 7 days\n  20. survey: 25 on survey.answered, held 0 days\n"


def _run(*arguments: str) -> str:
    out = io.StringIO()
    call_command("points_programme", *arguments, stdout=out)
    return out.getvalue()


def test_a_programme_is_started_stopped_and_started_again_with_its_rules_kept(merchant, other_merchant):
    assert _run("lindenhof", "show") == "lindenhof has no points programme.\n"
    assert _run("lindenhof", "start", "--hold-days", "7", "--earn-on-backfill") == (
        f"lindenhof: Lindenhof runs; imported history earns.{RULES}"
    )
    assert _run("lindenhof", "stop") == f"lindenhof: Lindenhof is stopped; imported history earns.{RULES}"
    assert _run("lindenhof", "start", "--hold-days", "3") == (
        f"lindenhof: Lindenhof runs; imported history earns.{RULES}"
    )

    with all_merchants("test"):
        assert list(Programme.objects.values_list("merchant__slug", "active")) == [("lindenhof", True)]
    with merchant_scope(merchant.id):
        assert EarningRule.objects.count() == 2


def test_an_unknown_merchant_is_named(merchant):
    with pytest.raises(CommandError, match="There is no merchant “nobody”"):
        _run("nobody", "start")
