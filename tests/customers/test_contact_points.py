"""The shapes of e-mail addresses and telephone numbers, and how they are found again."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from servicecore.customers import ContactPoints
from servicecore.customers.contact_points import check_email, check_phone, email_key, name_keys, phone_key
from servicecore.errors import InvalidValue


@pytest.mark.parametrize(
    "email",
    [
        "anna@example.org",
        "a.b+c_d-e@mail.example.co.uk",
        "jürgen@müller.example",
        "x@1und1.example",
        "o'neill@example.org",
        "a" * 64 + "@example.org",
    ],
)
def test_what_has_the_shape_of_an_email_is_taken_as_it_stands(email: str) -> None:
    assert check_email(email) == email


@pytest.mark.parametrize(
    "wrong",
    [
        "",
        "anna",
        "anna@",
        "@example.org",
        "anna@example",
        "anna@@example.org",
        "an na@example.org",
        "anna@example..org",
        "anna@.example.org",
        "anna@-example.org",
        "anna@example-.org",
        "anna@exa_mple.org",
        ".anna@example.org",
        "anna.@example.org",
        "an..na@example.org",
        "anna@192.168.0.1",
        "anna@example.org\n",
        "anna@example.org ",
        "a" * 65 + "@example.org",
        "anna@" + ".".join(["x" * 60] * 5),
    ],
)
def test_what_has_not_is_refused(wrong: str) -> None:
    with pytest.raises(InvalidValue) as refused:
        check_email(wrong)
    assert refused.value.problem.code == "customers.not_an_email"


@pytest.mark.parametrize(
    ("phone", "key"),
    [
        ("+39 06 1234567", "39061234567"),
        ("0039 06 1234567", "39061234567"),
        ("+39-06/123.45.67", "39061234567"),
        ("(555) 555-0100", "5555550100"),
        ("555-0100 x 12", "5550100"),
        ("555-0100 ext. 12", "5550100"),
        ("1212", "1212"),
        ("1 (11) 500 555-0110", "1115005550110"),
    ],
)
def test_a_phone_number_is_kept_as_written_and_found_by_its_digits(phone: str, key: str) -> None:
    assert check_phone(phone) == phone
    assert phone_key(phone) == key


@pytest.mark.parametrize(
    "wrong",
    ["", "123", "call me", "+", "++391234", " 061234", "12345\n", "1" * 21, "0" * 4 + " " * 40, "1234 x", "²³⁴⁵"],
)
def test_what_is_no_phone_number_is_refused(wrong: str) -> None:
    with pytest.raises(InvalidValue) as refused:
        check_phone(wrong)
    assert refused.value.problem.code == "customers.not_a_phone"


@pytest.mark.parametrize("check", [check_email, check_phone])
def test_what_is_no_text_is_refused(check: object) -> None:
    with pytest.raises(InvalidValue, match="of type int"):
        check(7)  # type: ignore[operator]


def test_long_text_is_refused_at_once() -> None:
    started = time.perf_counter()
    for long in ("1 " * 100_000, "a" * 100_000 + "@" + "b." * 100_000):
        for check in (check_email, check_phone):
            with pytest.raises(InvalidValue):
                check(long)
    assert time.perf_counter() - started < 5


def test_points_are_checked_with_their_place_and_kept_once() -> None:
    points = ContactPoints(["a@example.org", "b@example.org", "a@example.org"], "1212")
    assert points == ContactPoints(("a@example.org", "b@example.org"), ("1212",))
    with pytest.raises(InvalidValue) as refused:
        ContactPoints(["a@example.org", "b"])
    assert refused.value.problem.path == "emails[1]"


@given(st.text(st.sampled_from("abcXYZ0123456789"), min_size=1, max_size=10))
def test_an_email_is_found_whatever_its_case(local: str) -> None:
    assert email_key(f"{local}@Example.ORG") == email_key(f"{local.swapcase()}@example.org")


def test_names_are_found_by_each_word_without_accents_or_case() -> None:
    assert name_keys("Große & Söhne GmbH", "Anna-María söhne") == ("grosse", "sohne", "gmbh", "anna", "maria")
    assert name_keys() == ()
