"""What operators do by hand: forget a guest, keep the list, and forget again after a restore."""

import json

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from orders.models import Customer
from postpurchase.accounts.scoping import merchant_scope
from postpurchase.privacy.models import Erasure
from postpurchase.privacy.selectors.people import find_people, people_called
from tests.messaging.making import make_customer


@pytest.fixture
def people(committed_db, merchant) -> list[Customer]:
    """Two guests with one address, and somebody else."""
    with merchant_scope(merchant.id):
        return [make_customer(merchant, email=f"{name}@example.com") for name in ("anna", "anna", "otto")]


def emails(merchant) -> list[str]:
    with merchant_scope(merchant.id):
        return sorted(Customer.objects.values_list("email", flat=True))


def test_a_guest_is_forgotten_by_their_address(merchant, people, capsys) -> None:
    call_command("erase_customer", merchant.slug, email=" Anna@Example.com ")

    assert capsys.readouterr().out.strip() == "2 erased; workers do the rest within a minute."
    assert emails(merchant) == ["", "", "otto@example.com"]


@pytest.mark.parametrize("written", ["Jürgen@xn--bcher-kva.example", "JU\u0308RGEN@Bücher.example"])
def test_an_address_is_found_in_any_spelling(merchant, people, written) -> None:
    with merchant_scope(merchant.id):
        customer = make_customer(merchant, email="jürgen@bücher.example")

        assert people_called(email=written) == find_people(query=written, country="DE") == [customer]


@pytest.mark.parametrize("who", [{"email": "nobody@example.com"}, {"external_id": "c-9"}, {"email": " "}])
def test_nobody_is_forgotten_by_mistake(merchant, people, who) -> None:
    with pytest.raises(CommandError, match="no such customer"):
        call_command("erase_customer", merchant.slug, **who)

    assert emails(merchant) == ["anna@example.com", "anna@example.com", "otto@example.com"]


def test_a_stranger_is_not_reached(other_merchant, merchant, people) -> None:
    with pytest.raises(CommandError, match="no such customer"):
        call_command("erase_customer", other_merchant.slug, email="anna@example.com")

    assert "anna@example.com" in emails(merchant)


def test_after_a_restore_everybody_is_forgotten_again(merchant, people, capsys, tmp_path) -> None:
    call_command("erase_customer", merchant.slug, email="anna@example.com")
    capsys.readouterr()
    call_command("list_erasures")
    lines = capsys.readouterr().out
    listed = tmp_path / "erasures.jsonl"
    listed.write_text(lines + "not json\n" + json.dumps({"event": "request", "merchant": str(merchant.id)}) + "\n")
    with merchant_scope(merchant.id):  # the backup is from before
        Erasure.objects.all().delete()
        Customer.objects.filter(pk=people[0].pk).update(email="anna@example.com", erased_at=None)
    assert [set(json.loads(line)) for line in lines.splitlines()] == [{"merchant", "customer_id", "requested_at"}] * 2
    assert "anna" not in lines

    call_command("replay_erasures", str(listed))
    call_command("replay_erasures", str(listed))

    assert capsys.readouterr().out.splitlines() == [
        "1 erased again, 1 were erased already, 0 are not in this database.",
        "0 erased again, 2 were erased already, 0 are not in this database.",
    ]
    assert emails(merchant) == ["", "", "otto@example.com"]
    with merchant_scope(merchant.id):
        assert Erasure.objects.get().source == "replay"


def test_the_log_is_a_list_too(merchant, people, capsys, tmp_path, other_merchant) -> None:
    line = {
        "event": "privacy.erasure_accepted",
        "merchant": str(merchant.id),
        "customer_id": str(people[2].pk),
        "level": "info",
    }
    foreign = {**line, "merchant": str(other_merchant.id)}
    log = tmp_path / "web.log"
    log.write_text("\n".join(map(json.dumps, [foreign, line, {**line, "event": "privacy.erasure_failed"}])))

    call_command("replay_erasures", str(log))

    assert capsys.readouterr().out.strip() == "1 erased again, 0 were erased already, 1 are not in this database."
    assert emails(merchant) == ["", "anna@example.com", "anna@example.com"]


def test_a_list_that_is_not_there_is_named(db, tmp_path) -> None:
    with pytest.raises(CommandError, match="cannot be read: No such file"):
        call_command("replay_erasures", str(tmp_path / "nothing"))
