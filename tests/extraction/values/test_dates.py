"""Dates keep the precision of their source."""

from __future__ import annotations

import pytest

from numgraph.extraction.values.dates import find_dates, find_periods


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("am 1. Juli 2025", ["2025-07-01"]),
        ("01.07.2025", ["2025-07-01"]),
        ("04/2025", ["2025-04"]),
        ("läuft bis Juli 2030.", ["2030-07"]),
        ("im Jahr 2020", ["2020"]),
        ("Op 1 januari 2022", ["2022-01-01"]),
        ("15-10-2021", ["2021-10-15"]),
        ("on May 5, 2024", ["2024-05-05"]),
        ("5th of March 2024", ["2024-03-05"]),
        ("2024-02-29", ["2024-02-29"]),
        ("vom 12. bis 14. Mai 2025", ["2025-05-12", "2025-05-14"]),
        ("April bis Dezember 2021", ["2021-04", "2021-12"]),
        ("In 2022 zijn er", ["2022"]),
    ],
)
def test_dates_are_read_in_three_languages(text, values):
    assert [found.value.value for found in find_dates(text)] == values


@pytest.mark.parametrize(
    "text", ["31. Juni 2025", "die 12,5", "COVID-19", "Tel. 2020 11", "RFC 2045", "2022 Menschen", "30.02.2024"]
)
def test_what_is_no_date_is_none(text):
    assert list(find_dates(text)) == []


def test_a_day_that_could_be_a_month_is_left_alone_in_english():
    assert list(find_dates("07/01/2025", "en")) == []


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("von 04/2025 bis 12/2027", "2025-04", "2027-12"),
        ("(April 2020 bis Dezember 2021)", "2020-04", "2021-12"),
        ("01.07.2025 bis 30.06.2030", "2025-07-01", "2030-06-30"),
        ("van mei 2020 tot en met april 2024", "2020-05", "2024-04"),
        ("from March 2020 to May 2022", "2020-03", "2022-05"),
        ("2024–2027", "2024", "2027"),
    ],
)
def test_two_dates_with_a_word_between_are_a_period(text, first, last):
    (period,) = find_periods(text, list(find_dates(text)))
    assert (period.first.value, period.last.value) == (first, last)


def test_each_date_stands_where_it_says():
    text = "Das begann im Januar 2022 und endet am 3. Mai 2024."
    assert [text[found.start : found.end] for found in find_dates(text)] == ["Januar 2022", "3. Mai 2024"]
