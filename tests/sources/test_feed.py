"""Feeds give a document for each item, in all three formats, and hostile feeds do no harm."""

from __future__ import annotations

import time
from contextlib import suppress
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from numgraph.errors import UnreadableSource
from numgraph.model import BlockKind
from numgraph.sources import documents, pieces, read_bytes
from numgraph.sources.collections import members

ENCODED = """<![CDATA[<p>Das Netzwerk ist am 1.&nbsp;Juli gestartet.</p><h2>Ziele</h2><ul><li>Daten</li></ul>
<div class="share">Teilen</div>]]>"""
RSS = f"""<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/">
<channel><title>Pressemitteilungen der Universität Musterstadt</title><link>https://example.org</link>
<language>de</language><lastBuildDate>Wed, 02 Jul 2025 09:00:00 +0200</lastBuildDate>
<item><title>Netzwerk startet &amp; wächst</title><link>https://example.org/a</link>
<pubDate>Tue, 01 Jul 2025 00:30:00 +0200</pubDate><dc:creator>Anna Muster</dc:creator>
<description>Kurz gesagt …</description><content:encoded>{ENCODED}</content:encoded></item>
<item><title>Zweite Meldung</title><guid>https://example.org/b</guid><pubDate>30 Jun 25 10:00 GMT</pubDate>
<description>Ein &lt;b&gt;kurzer&lt;/b&gt; Text.</description></item>
</channel></rss>"""
ATOM = """<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="nl"><title>UMC Voorbeeld: nieuws</title>
<entry><title type="html">Nieuw &lt;em&gt;netwerk&lt;/em&gt;</title><updated>2025-07-03T10:00:00Z</updated>
<published>2025-07-02T23:30:00+02:00</published><link rel="self" href="https://example.org/self"/>
<link href="https://example.org/1"/><summary>Er komt 2 miljoen euro.</summary><content type="xhtml">
<div xmlns="http://www.w3.org/1999/xhtml"><p>Het <b>netwerk</b> is gestart.</p></div></content></entry></feed>"""
RDF = """<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"
xmlns:dc="http://purl.org/dc/elements/1.1/"><channel rdf:about="x"><title>Klinikum Muster | Aktuelles</title></channel>
<item rdf:about="a"><title>Erste</title><link>https://example.org/1</link><dc:date>2025-01-02</dc:date>
<description>Die Klinik hat ein Register.</description></item>
<item rdf:about="b"><title>Zweite</title><description>Die Klinik hat noch eines.</description></item></rdf:RDF>"""


def fields(document):
    return {field.name: field.value for field in document.fields}


def kinds(document):
    return [(block.kind.name, document.slice(block)) for block in document.blocks]


def test_an_item_is_a_document_with_title_date_issuer_content_and_link():
    first, _ = documents(RSS.encode(), "news.xml")
    assert kinds(first) == [
        ("HEADLINE", "Netzwerk startet & wächst"),
        ("DATE_LINE", "Tue, 01 Jul 2025 00:30:00 +0200"),
        ("ISSUER", "Pressemitteilungen der Universität Musterstadt"),
        ("BODY", "Das Netzwerk ist am 1.\u00a0Juli gestartet."),
        ("SUBHEADING", "Ziele"),
        ("LIST_ITEM", "Daten"),
        ("NOISE", "Teilen"),
        ("LINKS", "https://example.org/a"),
    ]
    assert fields(first) == {
        "title": "Netzwerk startet & wächst",
        "published_on": "2025-07-01",
        "publisher": "Universität Musterstadt",
        "more_information": "https://example.org/a",
    }
    assert (first.layout, first.media_type, first.language) == ("feed", "application/rss+xml", "de")
    assert first.name == "news-netzwerk-startet-and-waechst.xml"


def test_an_item_without_content_has_its_description_and_its_permanent_link():
    _, second = documents(RSS.encode(), "news.xml")
    assert "Ein kurzer Text." in second.text
    assert fields(second)["published_on"] == "2025-06-30"
    assert fields(second)["more_information"] == "https://example.org/b"


def test_atom_is_read_with_its_own_date_of_publication_and_both_texts():
    (entry,) = documents(ATOM.encode(), "news.atom")
    assert fields(entry) == {
        "title": "Nieuw netwerk",
        "published_on": "2025-07-02",
        "publisher": "UMC Voorbeeld",
        "more_information": "https://example.org/1",
    }
    texts = [entry.slice(block) for block in entry.of_kind(BlockKind.BODY)]
    assert texts == ["Er komt 2 miljoen euro.", "Het netwerk is gestart."]


def test_items_of_rss_1_know_the_channel_beside_them():
    first, second = documents(RDF.encode(), "feed.xml")
    assert fields(first)["publisher"] == fields(second)["publisher"] == "Klinikum Muster"
    assert (fields(first)["published_on"], fields(second).get("published_on")) == ("2025-01-02", None)


@pytest.mark.parametrize("feed", [RSS, RDF])
def test_each_piece_is_a_feed_that_gives_the_same_document_alone(feed):
    for piece, document in zip(pieces(feed.encode(), "f.xml"), documents(feed.encode(), "f.xml"), strict=True):
        assert read_bytes(piece.data, piece.name) == document


def test_an_item_keeps_its_checksum_when_the_feed_moves_on():
    later = RSS.replace("Wed, 02 Jul 2025", "Thu, 03 Jul 2025").replace(
        "</channel>", "<item><title>Neu</title></item></channel>"
    )
    before = [document.id for document in documents(RSS.encode(), "f.xml")]
    assert [document.id for document in documents(later.encode(), "f.xml")][:2] == before


def test_a_feed_of_many_items_is_no_single_document():
    with pytest.raises(UnreadableSource, match=r"holds 2 items and is read by sources\.documents"):
        read_bytes(RSS.encode(), "news.xml")


def test_the_content_tells_a_feed_where_the_name_does_not():
    assert [document.layout for document in documents(RDF.encode(), "upload")] == ["feed", "feed"]


def test_a_plain_file_is_one_document_that_is_the_file():
    data = b"Titel der Seite\n\nEin Text."
    (document,) = documents(data, "a.txt")
    assert document == read_bytes(data, "a.txt")
    assert [piece.data for piece in pieces(data, "a.txt")] == [data]


def test_a_feed_in_a_folder_is_as_many_members_as_it_has_items(tmp_path):
    (tmp_path / "news.xml").write_text(RSS)
    (tmp_path / "other.xml").write_text("<table/>")
    first, second, other = members([tmp_path])
    assert (first.name, first.file_name) == (
        "news.xml/news-netzwerk-startet-and-waechst.xml",
        "news-netzwerk-startet-and-waechst.xml",
    )
    assert read_bytes(second.data, second.file_name).layout == "feed"
    assert "is no feed" in other.reason


@pytest.mark.parametrize(
    "author", ["<author>presse@example.org (Klinikum Muster)</author>", "<dc:publisher>Klinikum Muster</dc:publisher>"]
)
def test_who_an_item_is_from_goes_before_the_title_of_the_feed(author):
    document = next(documents(RSS.replace("<dc:creator>Anna Muster</dc:creator>", author).encode(), "f.xml"))
    assert fields(document)["publisher"] == "Klinikum Muster"


def test_a_portal_is_no_publisher():
    feed = RSS.replace("Pressemitteilungen der Universität Musterstadt", "idw - Pressemitteilungen")
    assert all("publisher" not in fields(document) for document in documents(feed.encode(), "f.xml"))


def test_entities_stay_closed():
    bomb = "<!DOCTYPE rss [<!ENTITY a 'lol'><!ENTITY b '&a;&a;'><!ENTITY f SYSTEM 'file:///etc/passwd'>]>"
    feed = f"{bomb}<rss><channel><item><title>x &b; &f; &auml; y</title></item></channel></rss>"
    (document,) = documents(feed.encode(), "f.rss")
    assert document.text == "x &b; &f; ä y" or "root:" not in document.text
    assert "lollol" not in document.text
    assert "ä y" in document.text


@pytest.mark.parametrize(
    ("feed", "reason"),
    [
        ("<rss><channel><title>t</title></channel></rss>", "without items"),
        ("<rss><channel><item/></channel></rss>", "without title and content"),
        ("<catalog><item/></catalog>", "is no feed"),
        ("", "is no feed"),
    ],
)
def test_a_feed_with_nothing_to_read_is_refused(feed, reason):
    with pytest.raises(UnreadableSource, match=reason):
        list(documents(feed.encode(), "f.xml"))


@pytest.mark.parametrize("inner", ["<item>" * 100_000, "<a>" * 100_000 + "x", "<item><title>x" + "<b>" * 300])
def test_nesting_without_end_is_read_or_refused(inner):
    started = time.process_time()
    with suppress(UnreadableSource):
        list(documents(f"<rss><channel>{inner}".encode(), "f.xml"))
    assert time.process_time() - started < 5


PARTS = [
    *("<rss>", "<channel>", "<item>", "</item>", "<title>", "</title>", "<link>", "&lt;p&gt;", "&x;", "<pubDate>"),
    *("</pubDate>", "1 Jul 2025", "<description>", "<![CDATA[<ul><li>a]]>", "<feed>", "<entry>", "Text", "\x00"),
]


@settings(max_examples=150, deadline=None)
@given(st.lists(st.sampled_from(PARTS), max_size=30))
def test_broken_feeds_give_sound_documents_or_an_error(parts):
    with suppress(UnreadableSource):
        for document in documents(("<rss>" + "".join(parts)).encode(), "f.rss"):
            assert all(one.end <= other.start for one, other in pairwise(document.blocks))
            assert all(0 <= field.start < field.end <= len(document.text) for field in document.fields)
