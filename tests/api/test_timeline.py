"""The timeline puts dates where they belong, shows every date a source gives, and survives dates that are none."""

from __future__ import annotations

import re

import httpx
import pytest

from numgraph_api.timeline import _span, _ticks, years


@pytest.mark.parametrize(
    ("said", "begin", "end"),
    [
        ("2030", 2030.0, 2031.0),
        ("2025-07", 2025.5, 2025 + 7 / 12),
        ("2030-12-31", 2031 - 1 / 365, 2031.0),
        ("2024-12-31", 2025 - 1 / 366, 2025.0),
        ("2025-02-31", 2025 + 58 / 365, 2025 + 59 / 365),
        ("2025-07-01T16:31:00Z", 2025 + 181 / 365, 2025 + 182 / 365),
    ],
)
def test_a_date_lasts_as_long_as_its_precision_says(said: str, begin: float, end: float) -> None:
    assert years(said) == pytest.approx((begin, end))


def test_what_is_no_date_is_refused() -> None:
    with pytest.raises(ValueError, match="no date"):
        years("soon")


@pytest.mark.parametrize(("first", "last"), [(2030, 2020), (1300, 2200), (2199, 2200), (2025, 2025)])
def test_the_span_is_in_order_and_has_few_round_ticks(first: int, last: int) -> None:
    begin, end = _span([], first, last)
    assert begin < end
    ticks = _ticks(begin, end)
    assert 1 <= len(ticks) <= 14
    assert all(0 <= at <= 100 for _, at in ticks)


def test_the_contradicting_ends_of_a_phase_stand_beside_its_bar(client: httpx.Client) -> None:
    page = client.get("/timeline", headers={"Accept": "text/html", "Accept-Language": "en"})
    row = next(one for one in re.split(r"<li ", page.text) if "contested" in one)
    assert "July 2025 – 30 June 2030" in row
    assert "also said: 31 December 2030" in row
    assert "also said: July 2030" in row
    assert row.count('class="other"') == 2
    assert re.search(r'href="/doc/claim/[^"]+"', row)


def test_what_lies_outside_the_years_is_left_out(client: httpx.Client) -> None:
    page = client.get("/timeline?first=1900&last=1950", headers={"Accept": "text/html", "Accept-Language": "en"})
    assert page.status_code == 200
    assert "Nothing is dated in these years." in page.text
    assert client.get("/timeline?first=0").status_code == 400
    assert client.get("/timeline?last=99999").status_code == 400
