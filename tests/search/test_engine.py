"""The index finds what a reader means, counts what is there, and ranks names before texts."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from numgraph.errors import BadSearch
from numgraph.iris import Namespace
from numgraph.search import index
from numgraph.search.engine import Searcher, Wish
from numgraph.search.index import FACETS

Found = Callable[..., set[str]]


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        # German: endings, umlauts in both spellings and without, ß, parts of compounds
        ("Universitätsklinik", {"phase"}),
        ("universitaetskliniken", {"phase"}),
        ("Krankheit", {"phase"}),
        ("Haus", {"strasse"}),
        ("Straßen", {"strasse"}),
        ("strasse", {"strasse"}),
        ("Mueller", {"strasse"}),
        ("Muller", {"strasse"}),
        ("Förderung", {"foerder"}),
        ("förderungen", {"foerder"}),
        ("Duesseldorf", {"duesseldorf"}),
        ("Dusseldorf", {"duesseldorf"}),
        # English and Dutch
        ("hospital", {"hospital"}),
        ("research", {"hospital"}),
        ("disease", {"hospital"}),
        ("ziekenhuis", {"ziekenhuis"}),
        ("onderzoeker", {"ziekenhuis"}),
        ("coordineren", {"ziekenhuis"}),
        # operators
        ("netzwerk NOT num", {"phase"}),
        ("hospital ODER ziekenhuis", {"hospital", "ziekenhuis"}),
        ("(hospital oder ziekenhuis) nicht rare", {"ziekenhuis"}),
        ("Netzwerk Förderphase", {"phase"}),
        # phrases are as written
        ('"Netzwerk Universitätsmedizin"', {"num"}),
        ('"Universitätsmedizin Netzwerk"', set()),
        ('"seltene Krankheiten"', {"phase"}),
        ('"seltene Krankheit"', set()),
        # beginnings
        ("foerderp*", {"phase"}),
        ("Förderp*", {"phase"}),
        ("forderp*", {"phase"}),
        ('"seltene krank*"', {"phase"}),
        # fields
        ("title:network", {"hospital", "num"}),
        ("publisher:dresden", {"phase", "strasse"}),
        ("text:dresden", set()),
        ("subject:recht", {"strasse", "ziekenhuis"}),
        ("subject:Law", {"strasse", "ziekenhuis"}),
        ("type:forsch*", {"phase", "hospital"}),
        ("language:nl", {"ziekenhuis"}),
        ("year:2025", {"phase", "hospital"}),
        ("class:PressRelease -medizin", {"phase", "hospital"}),
        # nothing
        ("xyzzy", set()),
        ("region:mars", set()),
    ],
)
def test_a_question_finds_just_what_it_means(found: Found, question: str, expected: set[str]) -> None:
    assert found(question) == expected


def test_a_part_of_a_compound_finds_it(found: Found) -> None:
    assert "foerder" not in found("Klinik")
    assert {"num", "foerder"} <= found("Medizin"), "Universitätsmedizin holds Medizin, and both are words here"


def test_nothing_asked_finds_everything(searcher: Searcher) -> None:
    assert searcher.search(Wish(), limit=1).total == 11


def test_not_divides_what_there_is(found: Found) -> None:
    everything = found("")
    for word in ("medizin", "network", "rare", '"das netzwerk"', "uni*"):
        assert found(word) | found(f"NOT {word}") == everything
        assert not found(word) & found(f"NOT {word}")


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from(["medizin", "network", "dresden", "rare", "haus", "u*"]), min_size=2, max_size=3))
def test_and_narrows_or_widens_as_sets_do(searcher: Searcher, words: list[str]) -> None:
    def keys(question: str) -> set[str]:
        return {hit.key for hit in searcher.search(Wish(question), limit=100).hits}

    each = [keys(word) for word in words]
    assert keys(" ".join(words)) == keys(" UND ".join(words)) == set.intersection(*each)
    assert keys(" OR ".join(words)) == set.union(*each)


def test_a_name_that_is_just_what_was_asked_comes_first(searcher: Searcher) -> None:
    for question, first in (("num", "network/num"), ("tu dresden", "university/tud"), ("Numerus", "network/numerus")):
        assert searcher.search(Wish(question), limit=1).hits[0].key == first


def test_titles_rank_before_texts(searcher: Searcher) -> None:
    hits = searcher.search(Wish("network", "documents"), limit=5).hits
    assert [hit.key for hit in hits][:1] == ["source/hospital"]


def test_sorting_by_date_puts_what_has_none_last(searcher: Searcher) -> None:
    for sort, expected in (
        ("newest", ["2025-11", "2025-07-01", "2024-03-15", "2023", "2022-05-05", None]),
        ("oldest", ["2022-05-05", "2023", "2024-03-15", "2025-07-01", "2025-11", None]),
    ):
        hits = searcher.search(Wish("", "documents", sort=sort), limit=10).hits
        assert [hit.date for hit in hits] == expected


@pytest.mark.parametrize(
    ("since", "until", "expected"),
    [
        ("2025", None, {"phase", "hospital"}),
        ("2025-08", None, {"hospital"}),
        (None, "2023", {"foerder", "ziekenhuis"}),
        ("2024-03-15", "2024-03-15", {"strasse"}),
        ("2025-07", "2025-07", {"phase"}),
        ("2026", None, set()),
    ],
)
def test_dates_bound_at_any_precision(found: Found, since: str | None, until: str | None, expected: set[str]) -> None:
    assert found("", since=since, until=until) == expected


@pytest.mark.parametrize("date", ["20250101", "2025-13", "gestern", "2025-1", "9" * 50])
def test_a_date_that_is_none_is_refused(searcher: Searcher, date: str) -> None:
    with pytest.raises(BadSearch, match="a date is written"):
        searcher.search(Wish(since=date), limit=1)


wishes = st.builds(
    Wish,
    question=st.sampled_from(["", "network", "medizin", "NOT dresden", "haus OR num"]),
    kind=st.sampled_from([None, "documents", "entities"]),
    facets=st.dictionaries(
        st.sampled_from(FACETS),
        st.lists(
            st.sampled_from(["medicine", "law", "de", "en", "PressRelease", "WebPage", "university/tud", "2025"]),
            min_size=1, max_size=2, unique=True,
        ).map(tuple),
        max_size=2,
    ),
    since=st.sampled_from([None, "2024"]),
)  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(wishes)
def test_each_count_is_the_number_of_hits_after_choosing_that_value(searcher: Searcher, wish: Wish) -> None:
    result = searcher.search(wish, limit=100)
    everything = searcher.search(Wish(wish.question), limit=100).hits
    fitting = [hit for hit in everything if _fits(hit, wish)]
    assert {hit.key for hit in result.hits} == {hit.key for hit in fitting}
    for facet in FACETS:
        for value, count in result.counts[facet].items():
            chosen = Wish(wish.question, wish.kind, {**wish.facets, facet: (value,)}, wish.since)
            assert searcher.search(chosen, limit=1).total == count
    for kind, count in result.counts["kind"].items():
        assert searcher.search(Wish(wish.question, kind, wish.facets, wish.since), limit=1).total == count


def _fits(hit: object, wish: Wish) -> bool:
    """The filters once more, by hand."""
    if wish.kind not in {None, hit.kind}:
        return False
    if wish.since and not (hit.date and hit.date >= wish.since):
        return False
    return all(set(values) & set(hit.facets.get(facet, ())) for facet, values in wish.facets.items())


def test_typing_suggests_names_that_begin_so(searcher: Searcher) -> None:
    def typed(text: str) -> list[str]:
        return [hit.key for hit in searcher.suggest(text)]

    assert typed("num")[:2] == ["network/num", "network/numerus"]
    assert typed("netzwerk univ") == ["network/num"]
    assert typed("univ leeds") == ["university/leeds"]
    for spelling in ("düss", "duess", "duss", "DÜSS"):
        assert typed(spelling) == ["place/duesseldorf"]
    assert typed("") == typed("  ") == typed("***") == []
    assert typed("(((" + "x" * 5000) == []


@pytest.mark.parametrize(
    ("question", "better"),
    [
        ("Förderfase", "Förderphase"),
        ("netzwerk dusseldrof", "netzwerk düsseldorf"),
        ("hospitl", "hospitals"),
        ("qqqqqqq", None),
    ],
)
def test_words_that_occur_nowhere_are_corrected(searcher: Searcher, question: str, better: str | None) -> None:
    assert searcher.search(Wish(question), limit=1).correction == better


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=60), st.sampled_from(["", "*"]))
def test_whatever_is_typed_the_engine_answers_or_refuses(searcher: Searcher, text: str, star: str) -> None:
    with suppress(BadSearch):
        searcher.search(Wish(text + star), limit=5)
    searcher.suggest(text)


ODD = ("⑴*", "½*", "ﬁ*", "ﷺ*", "a.b*", "[a-z]*", "\\w*", "İ*", "𝒜*", "ß*", "'*", "漢字*", "Ω")


@pytest.mark.parametrize("text", ODD)
def test_odd_letters_are_no_regular_expressions(searcher: Searcher, text: str) -> None:
    searcher.search(Wish(text), limit=5)
    searcher.suggest(text)


def test_the_same_data_make_the_same_answers(searcher: Searcher, tmp_path: Path) -> None:
    from .conftest import archive, quads  # noqa: PLC0415 - the library once more

    index.write(reversed(list(quads())), archive(), Namespace(), tmp_path / "again")
    again = Searcher(tmp_path / "again")
    for question in ("", "network", "medizin OR haus", "u*"):
        assert again.search(Wish(question), limit=20) == searcher.search(Wish(question), limit=20)
