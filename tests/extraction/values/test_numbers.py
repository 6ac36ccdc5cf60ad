"""Sums of money and counts, with digits and with words."""

from __future__ import annotations

import pytest

from numgraph.extraction.values.numbers import find_counts, find_money


@pytest.mark.parametrize(
    ("text", "amount", "currency"),
    [
        ("3,6 Mio. Euro", "3600000", "EUR"),
        ("12,8 miljoen euro", "12800000", "EUR"),
        ("277 Millionen Euro", "277000000", "EUR"),
        ("€ 2.5 million", "2500000", "EUR"),
        ("1.250.000 Euro", "1250000", "EUR"),
        ("EUR 1,250,000", "1250000", "EUR"),
        ("drei Millionen Euro", "3000000", "EUR"),
        ("784.500 Euro", "784500", "EUR"),
        ("ontvangt 8,5 ton", "850000", "EUR"),
        ("2,5 Mrd. €", "2500000000", "EUR"),
        ("$3 million", "3000000", "USD"),
        ("400.000 Franken", "400000", "CHF"),
        ("12,50 Euro", "12.5", "EUR"),
    ],
)
def test_money_is_a_plain_number_in_its_currency(text, amount, currency):
    (found,) = find_money(text)
    assert (found.value.value, found.value.currency) == (amount, currency)


@pytest.mark.parametrize("text", ["8,5 ton staal", "1,2 Millionen Kilowattstunden", "Euro", "12 Euronen"])
def test_other_quantities_are_no_money(text):
    assert list(find_money(text)) == []


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("an elf Infrastrukturen", "11"),
        ("aller 37 Kliniken", "37"),
        ("siebenunddreißig Partner", "37"),
        ("tweeëntwintig leden", "22"),
        ("thirty-seven members", "37"),
        ("1.200 Gäste", "1200"),
        ("25-köpfiges Team", "25"),
    ],
)
def test_counts_are_read_as_digits_and_as_words(text, value):
    assert [found.value.value for found in find_counts(text)] == [value]


@pytest.mark.parametrize("text", ["NUM 3.0", "COVID-19", "20 %", "ein Haus", "elfenbein"])
def test_versions_shares_and_articles_are_no_counts(text):
    assert list(find_counts(text)) == []
