"""HTML becomes the text people see, with marks for what the markup knows; hostile markup does no harm."""

from __future__ import annotations

import time
from contextlib import suppress

import pytest

from numgraph.errors import UnreadableSource
from numgraph.sources.html import render
from numgraph.sources.layout import MarkKind


def text(markup: str) -> str:
    return render(markup, "a.html").text


@pytest.mark.parametrize(
    ("markup", "expected"),
    [
        ("<p>Eins\n  zwei<p>drei", "Eins zwei\n\ndrei"),
        ("<h1>T</h1><p>a<br>b</p>", "T\n\na\nb"),
        ("<ul><li>a<li><p>b</p></li><li></li></ul>c", "- a\n- b\n\nc"),
        ("<ol><li>a</li><li>b<ul><li>c</li></ul></li></ol>", "1. a\n2. b\n- c"),
        ("<table><tr><th>Phase<th>Summe<tr><td>1<td>150 Mio.</table>", "Phase | Summe\n1 | 150 Mio."),
        ("<table><tr><th>Laufzeit:<td>2025<tr><td><p>a</p><td><p>b</p></table>", "Laufzeit: 2025\n\na | b"),
        ("<table><tr><td>Menü<td><h2>Titel</h2><p>Text</table>", "Menü\n\nTitel\n\nText"),
        ("<table><tr><td>a<td></tr><tr><td>b</table>", "a\nb"),
        ("<p>x &amp; y&nbsp;z &auml; &#8211; &lt;b&gt;", "x & y\u00a0z ä – <b>"),
        ("a<script>alert('<p>')</script><style>p{}</style><!-- c --><template>t</template>b", "ab"),
        ("<p>ein <b>fettes</b><i>s</i> Wort</p>", "ein fettes s Wort".replace(" s", "s")),
        ("<p hidden>weg</p><p style='display: none'>weg</p>da", "da"),
        ("<pre>a\n  b</pre>", "a\n  b"),
        ("<dl><dt>Ort<dd>Berlin</dl>", "Ort\nBerlin"),
    ],
)
def test_structure_becomes_lines(markup, expected):
    assert text(markup) == expected


@pytest.mark.parametrize(
    ("link", "expected"),
    [
        ('<a href="mailto:a.b@example.org?subject=x">E-Mail senden</a>', "E-Mail senden <a.b@example.org>"),
        ('<a href="mailto:a.b@example.org">a.b@example.org</a>', "a.b@example.org"),
        ('<a href="mailto:a.b@example.org">a.b(at)example.org</a>', "a.b(at)example.org"),
        ('<a href="tel:+493023125100">Anrufen</a>', "Anrufen <+493023125100>"),
        ('<a href="tel:+493023125100">030 23125 100</a>', "030 23125 100"),
        ('<a href="https://example.org">Seite</a>', "Seite"),
    ],
)
def test_an_address_hidden_behind_a_link_is_kept(link, expected):
    assert text(f"<p>{link}</p>") == expected


def marked(markup: str, kind: MarkKind) -> list[str]:
    rendered = render(markup, "a.html")
    return [rendered.text[mark.start : mark.end] for mark in rendered.hints.of_kind(kind)]


def test_headings_captions_and_times_are_marked():
    page = (
        "<h1>Titel</h1><h2>Teil</h2><figure><figcaption>Bild</figcaption></figure>"
        "<time datetime=2025-07-01>gestern</time>"
    )
    assert marked(page, MarkKind.HEADLINE) == ["Titel"]
    assert marked(page, MarkKind.HEADING) == ["Teil"]
    assert marked(page, MarkKind.CAPTION) == ["Bild"]
    assert [mark.value for mark in render(page, "a").hints.of_kind(MarkKind.TIME)] == ["2025-07-01"]


def test_boilerplate_is_marked_and_not_lost():
    page = """<body class="menu"><nav>Start</nav><header>Logo</header><div class="cookie-banner">Kekse</div>
    <main><header><h1>Titel</h1></header><p>Inhalt</p><aside>Rand</aside></main><footer>Fuß</footer>"""
    assert marked(page, MarkKind.NOISE) == ["Start", "Logo", "Kekse", "Rand", "Fuß"]
    assert "Inhalt" in text(page)


def test_a_header_that_holds_the_headline_is_no_boilerplate():
    assert marked("<header><div class='banner'><h1>Titel</h1></div></header>", MarkKind.NOISE) == []


def test_the_date_of_a_meta_element_becomes_the_first_line_unless_the_page_shows_it():
    meta = '<meta property="article:published_time" content="2025-07-01T10:00">'
    assert text(meta + "<p>Hallo").startswith("2025-07-01T10:00\n\nHallo")
    assert text(meta + "<p>1. Juli 2025<p>Hallo").startswith("1. Juli")


def test_title_and_language_are_read_from_the_head():
    hints = render('<html lang="de-DE"><title> Ein\nTitel </title><p>x', "a.html").hints
    assert (hints.title, hints.language) == ("Ein Titel", "de-DE")


@pytest.mark.parametrize("markup", ["<!-- nur -->", "<script>x</script>", "<html><body></body></html>", "   "])
def test_a_page_without_text_is_refused(markup):
    with pytest.raises(UnreadableSource, match="holds no text"):
        render(markup, "leer.html")


@pytest.mark.parametrize("tag", ["div", "b", "ul", "nav", "header", "table"])
def test_nesting_of_any_depth_keeps_the_text(tag):
    started = time.perf_counter()
    assert "Inhalt" in text(f"<{tag}>" * 100_000 + "Inhalt" + f"</{tag}>" * 100_000)
    assert time.perf_counter() - started < 5


def test_too_many_elements_are_refused_before_work_is_done():
    with pytest.raises(UnreadableSource, match="elements"):
        text("<p>x</p>" * 500_000)


@pytest.mark.parametrize(
    "markup", ["<" * 100_000 + "x", "<a" * 100_000, "&" * 100_000 + "x", "<p" + " a" * 100_000 + ">x"]
)
def test_broken_markup_does_not_hang(markup):
    started = time.perf_counter()
    with suppress(UnreadableSource):
        text(markup)
    assert time.perf_counter() - started < 5
