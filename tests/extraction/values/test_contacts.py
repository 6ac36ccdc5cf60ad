"""Addresses are unveiled, phones are E.164, fax numbers are left out."""

from __future__ import annotations

import pytest

from numgraph.extraction.values.contacts import find_emails, find_phones


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("a.lotse@nordhafen.de", "a.lotse@nordhafen.de"),
        ("a.lotse(at)nordhafen.de", "a.lotse@nordhafen.de"),
        ("a.lotse [at] nord-hafen [dot] de", "a.lotse@nord-hafen.de"),
        ("lotse{at}haven.nl", "lotse@haven.nl"),
        ("lotse(ät)nordhafen.de", "lotse@nordhafen.de"),
        ("a.lotse at nordhafen.de", "a.lotse@nordhafen.de"),
        ("E-Mail: lotse at nordhafen dot de", "lotse@nordhafen.de"),
        ("lotse @ nordhafen.de", None),
        ("a.lotse@REMOVE-THIS.nordhafen.de", "a.lotse@nordhafen.de"),
        ("Mail: A.Lotse@Nordhafen.de.", "a.lotse@nordhafen.de"),
    ],
)
def test_addresses_are_found_however_they_are_veiled(text, address):
    assert [found.value.value for found in find_emails(text)] == ([address] if address else [])


@pytest.mark.parametrize("text", ["E-Mail senden", "look at example.org", "we meet at noon", "@nordhafen", "a@b"])
def test_what_is_no_address_is_none(text):
    assert list(find_emails(text)) == []


@pytest.mark.parametrize(
    ("text", "region", "number"),
    [
        ("+49 (0) 6841-16-28301", "DE", "+4968411628301"),
        ("0341 - 97 16 720", "DE", "+493419716720"),
        ("Tel.: +49 351 458 19311", None, "+4935145819311"),
        ("030/23125-318", "DE", "+493023125318"),
        ("T 088 755 55 55", "NL", "+31887555555"),
        ("0049 351 4582437", "DE", "+493514582437"),
    ],
)
def test_phones_become_e164(text, region, number):
    assert [found.value.value for found in find_phones(text, region)] == [number]


@pytest.mark.parametrize(
    "text", ["Fax: +49 351 458 2438", "Telefax:\n0341 - 97 16 729", "F +49 30 23125 912", "01.07.2025", "04103 Leipzig"]
)
def test_fax_numbers_dates_and_postcodes_are_no_phones(text):
    assert list(find_phones(text, "DE")) == []


def test_a_national_number_needs_a_country():
    assert list(find_phones("0341 9716720", None)) == []
