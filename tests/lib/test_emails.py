"""One spelling per mailbox, and never one spelling for two."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from postpurchase.lib.emails import ascii_domain, normal_email, unicode_domain


@pytest.mark.parametrize(
    ("written", "normal"),
    [
        ("", ""),
        ("  Anna@Example.COM ", "anna@example.com"),
        ("anna+shop@example.com", "anna+shop@example.com"),
        ("anna@BÜCHER.example", "anna@bücher.example"),
        ("anna@xn--bcher-kva.example", "anna@bücher.example"),
        ("anna@XN--BCHER-KVA.example", "anna@bücher.example"),
        ("anna@bu\u0308cher.example", "anna@bücher.example"),
        ("Straße@example.com", "straße@example.com"),
        ("ﬀ@example.com", "ﬀ@example.com"),
        ("İ@example.com", "i̇@example.com"),
        ("anna@xn--nothing-.example", "anna@xn--nothing-.example"),
        ("no address", "no address"),
    ],
)
def test_an_address_has_one_spelling(written, normal) -> None:
    assert normal_email(written) == normal


@pytest.mark.parametrize(
    ("one", "other"), [("straße@x.de", "strasse@x.de"), ("ﬀ@x.de", "ff@x.de"), ("a+b@x.de", "a@x.de")]
)
def test_two_mailboxes_never_become_one(one, other) -> None:
    assert normal_email(one) != normal_email(other)


@given(st.text(max_size=40))
def test_normal_is_normal_again_and_composed(text) -> None:
    normal = normal_email(text)

    assert normal_email(normal) == normal
    assert unicodedata.is_normalized("NFC", normal)


@pytest.mark.parametrize(
    ("domain", "on_the_wire"),
    [
        ("example.com", "example.com"),
        ("müller.example", "xn--mller-kva.example"),
        ("straße.example", "xn--strae-oqa.example"),
        ("xn--mller-kva.example", "xn--mller-kva.example"),
    ],
)
def test_a_domain_on_the_wire_is_ascii_and_comes_back(domain, on_the_wire) -> None:
    assert ascii_domain(domain) == on_the_wire
    assert ascii_domain(unicode_domain(on_the_wire)) == on_the_wire


@pytest.mark.parametrize("domain", ["", "a..b", f"{'a' * 64}.example", f"{'ä' * 62}.example"])
def test_what_dns_does_not_allow_is_refused(domain) -> None:
    with pytest.raises(ValueError, match="not a domain"):
        ascii_domain(domain)
