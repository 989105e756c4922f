"""The invented customers: nobody real can be reached by accident."""

from collections import Counter

import phonenumbers
import pytest

from postpurchase.demo.people import people, person_of
from postpurchase.demo.sample import read_sample


def test_everybody_in_the_sample_has_a_person():
    numbers = {order.customer for shop in ("haselstube", "wimpel") for order in read_sample(shop)}

    assert set(people()) == numbers
    with pytest.raises(KeyError):
        person_of("0")


def test_addresses_belong_to_nobody_and_to_one_person_each():
    addresses = [person.email for person in people().values()]

    assert {address.rpartition("@")[2] for address in addresses} == {"example.com"}
    assert len(set(addresses)) == len(addresses) == 142


def test_telephone_numbers_are_valid_and_kept_for_films():
    given = [person.phone for person in people().values() if person.phone]

    assert len(given) == 48
    assert {number[:11] for number in given} == {"+4917139200"}
    assert all(phonenumbers.is_valid_number(phonenumbers.parse(number)) for number in given)


def test_countries_languages_and_currencies_fit():
    found = Counter((person.country, person.language, person.currency) for person in people().values())

    assert found == {
        ("DE", "de", "EUR"): 99,
        ("CH", "de-CH", "CHF"): 22,
        ("GB", "en", "EUR"): 13,
        ("AT", "de-AT", "EUR"): 8,
    }


def test_names_that_are_hard_on_templates_are_among_them():
    everybody = people().values()

    assert sum("🌻" in person.first_name for person in everybody) == 1
    assert sum(bool(person.company) for person in everybody) == 1
    assert max(len(person.name) for person in everybody) == 60
    assert sum(not person.first_name for person in everybody) == 1
    assert sum(not person.email.isascii() for person in everybody) == 1


def test_a_british_postcode_has_two_parts():
    british = [person for person in people().values() if person.country == "GB"]

    assert all(person.postal_code.count(" ") == 1 and person.city for person in british)
    assert {person.city for person in british} <= {"London", "Manchester", "Bristol", "York", "Edinburgh", "Cardiff"}
