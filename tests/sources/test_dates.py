"""A date line is a line that says when, and nothing that somebody could have published."""

from __future__ import annotations

import pytest

from numgraph.sources.dates import date_line, first_date

LINES = {
    "30.01.2026": "2026-01-30",
    "1.7.25": "2025-07-01",
    "07.03.2013 17:49": "2013-03-07",
    "2025-07-01T16:31:00+02:00": "2025-07-01",
    "1. Juli 2025": "2025-07-01",
    "Dienstag, 1. Juli 2025, 16:31 Uhr": "2025-07-01",
    "Dresden, den 30. Januar 2026": "2026-01-30",
    "Veröffentlicht am 3. März 2024": "2024-03-03",
    "Pressemitteilung vom 03.12.2024": "2024-12-03",
    "12 mei 2023": "2023-05-12",
    "woensdag 3 juli 2024": "2024-07-03",
    "Gepubliceerd op 5 oktober 2022": "2022-10-05",
    "July 1, 2025": "2025-07-01",
    "Published: 2nd of": None,
    "28 February 2025": "2025-02-28",
    "30.01.2026 | Forschung": "2026-01-30",
    "Erstellt: 30.11.16 - 15:43 Uhr": "2016-11-30",
    "2022": None,
    "Januar 2026": None,
    "31.02.2025": None,
    "Am 1. Juli 2025 startet das Netzwerk in seine dritte Förderphase.": None,
    "01.07.2025 bis 30.06.2030": None,
    "Tel.: 0341 97 16 720": None,
}


@pytest.mark.parametrize(("line", "day"), LINES.items())
def test_only_a_line_of_its_own_is_a_date_line(line, day):
    stated = date_line(line)
    assert (stated.value if stated else None) == day


def test_slashes_are_read_in_the_order_of_the_country():
    assert date_line("07/01/2025 16:31", american=True).value == "2025-07-01"
    assert date_line("07/01/2025").value == "2025-01-07"
    assert date_line("31/01/2025", american=True).value == "2025-01-31", "there is no month 31"


def test_the_place_of_a_date_is_the_date_without_its_clock():
    stated = date_line("Dienstag, 1. Juli 2025, 16:31 Uhr")
    assert "Dienstag, 1. Juli 2025, 16:31 Uhr"[stated.start : stated.end] == "1. Juli 2025"


def test_the_first_of_several_dates_is_found():
    assert first_date("vom 3.4.2020 bis 2021-05-06").value == "2020-04-03"
    assert first_date("kein Datum") is None
