"""Mails, pasted or saved, give title, date and sender from their headers, and their body without formalities."""

from __future__ import annotations

import time
from contextlib import suppress
from email.message import EmailMessage
from itertools import pairwise
from textwrap import dedent

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from numgraph.errors import UnreadableSource
from numgraph.model import BlockKind
from numgraph.sources import eml, mail, read_bytes

PROSE = (
    "Das Netzwerk verbindet seit dem Frühjahr zwölf Kliniken des Landes, und alle Beteiligten arbeiten an einer "
    "gemeinsamen Plattform, auf der die Forschung ihre Daten teilt. Das Land fördert sie mit zwei Millionen Euro."
)
GERMAN = dedent("""\
    Von: "Muster, Anna" <anna@example.org>
    Gesendet: Dienstag, 1. Juli 2025 10:31
    An: Redaktion
    Betreff: Pressemitteilung 12/2025: Netzwerk startet

    Sehr geehrte Damen und Herren,

    PROSE

    > Können Sie mir etwas schicken?

    Mit freundlichen Grüßen
    Anna Muster

    --
    Anna Muster
    Leiterin der Pressestelle
    Tel. +49 30 23125 101

    Diese E-Mail enthält vertrauliche Informationen und ist
    nur für den Empfänger bestimmt.
    """).replace("PROSE", PROSE)


def pasted(text):
    return read_bytes(dedent(text).replace("PROSE", PROSE).encode(), "mail.txt")


def fields(document):
    return {field.name: field.value for field in document.fields}


def of_kind(document, *kinds):
    return [document.slice(block) for block in document.of_kind(*kinds)]


def test_headers_give_title_date_and_sender():
    document = pasted(GERMAN)
    assert document.layout == "mail"
    assert fields(document) == {
        "title": "Netzwerk startet",
        "published_on": "2025-07-01",
        "press_contact": "Anna Muster",
    }
    assert of_kind(document, BlockKind.HEADLINE) == ["Netzwerk startet"]


def test_the_body_is_free_of_greetings_quotations_and_disclaimers():
    document = pasted(GERMAN)
    assert of_kind(document, BlockKind.BODY) == [PROSE]
    assert of_kind(document, BlockKind.CONTACT) == ["Anna Muster\nLeiterin der Pressestelle\nTel. +49 30 23125 101"]
    noise = "\n".join(of_kind(document, BlockKind.NOISE))
    for line in (
        "Sehr geehrte",
        "> Können",
        "Mit freundlichen",
        "vertrauliche",
        "nur für den Empfänger",
        "An: Redaktion",
    ):
        assert line in noise


@pytest.mark.parametrize(
    ("headers", "day"),
    [
        ("From: Press Office <p@example.org>\nDate: Tue, 1 Jul 2025 10:00:00 +0200\nSubject: Network", "2025-07-01"),
        ("Van: Persdienst <p@example.org>\nVerzonden: dinsdag 1 juli 2025 10:00\nOnderwerp: Netwerk", "2025-07-01"),
        ("*Von:* Presse <p@example.org>\n*Datum:* 01.07.2025, 10:00\n*Betreff:* Netzwerk", "2025-07-01"),
    ],
)
def test_headers_are_known_in_three_languages(headers, day):
    document = pasted(f"{headers}\n\n{PROSE}")
    assert document.layout == "mail"
    assert fields(document)["published_on"] == day
    assert of_kind(document, BlockKind.BODY) == [PROSE]


@pytest.mark.parametrize(
    ("sender", "found"),
    [
        ("Universitätsklinikum Muster, Pressestelle <p@example.org>", {"publisher": "Universitätsklinikum Muster"}),
        ("Pressestelle der Universität Muster <p@example.org>", {"publisher": "Universität Muster"}),
        ("Dr. Anna Muster [mailto:a@example.org]", {"press_contact": "Dr. Anna Muster"}),
        ("presse@example.org", {}),
        ("Pressestelle <presse@example.org>", {}),
    ],
)
def test_a_sender_is_a_person_or_an_institution(sender, found):
    document = pasted(f"From: {sender}\nSubject: Network\n\n{PROSE}")
    assert {name: value for name, value in fields(document).items() if name != "title"} == found


def test_of_a_forwarded_mail_the_one_that_says_something_counts():
    document = pasted("""\
        Von: Jan Muster <jan@example.org>
        Gesendet: 2. Juli 2025
        Betreff: WG: Netzwerk

        zur Kenntnis

        -----Ursprüngliche Nachricht-----
        Von: Klinikum Muster <presse@example.org>
        Gesendet: 1. Juli 2025
        Betreff: Netzwerk

        PROSE""")
    assert fields(document) == {"title": "Netzwerk", "published_on": "2025-07-01", "publisher": "Klinikum Muster"}
    assert of_kind(document, BlockKind.BODY) == [PROSE]


def test_of_an_answer_the_older_mail_is_noise():
    document = pasted(f"{GERMAN}\n\nVon: Alt <a@example.org>\nDatum: 1. Mai 2020\nBetreff: Alt\n\n{PROSE} Alt.")
    assert fields(document)["published_on"] == "2025-07-01"
    assert of_kind(document, BlockKind.BODY) == [PROSE]


def test_a_mail_that_is_all_quotation_is_read_without_its_marks():
    document = pasted(f"From: a@example.org\nSubject: Netz\n\n> {PROSE}\n> Ende.")
    assert of_kind(document, BlockKind.BODY) == [PROSE, "Ende."]


@pytest.mark.parametrize(
    "text", ["Betreff: x", "Ort: Berlin\nDatum: 1. Juli 2025\n\nText", "Von der Idee: zum Projekt\n\nText", ""]
)
def test_other_texts_are_no_mails(text):
    assert mail.recognises(text) == 0


def message(**headers):
    made = EmailMessage()
    for name, value in {"From": "Klinikum Müster <p@example.org>", "Date": "Tue, 1 Jul 2025 10:00:00 +0200",
                        "Subject": "Förderung für das Netzwerk", **headers}.items():  # fmt: skip
        made[name] = value
    return made


def saved(made):
    return read_bytes(made.as_bytes(), "mail.eml")


@pytest.mark.parametrize("encoding", ["quoted-printable", "base64", "8bit"])
@pytest.mark.parametrize("charset", ["utf-8", "iso-8859-1"])
def test_encodings_and_charsets_of_saved_mails_are_undone(encoding, charset):
    made = message()
    made.set_content(PROSE, charset=charset, cte=encoding)
    document = saved(made)
    assert of_kind(document, BlockKind.BODY) == [PROSE]
    assert fields(document) == {
        "title": "Förderung für das Netzwerk",
        "published_on": "2025-07-01",
        "publisher": "Klinikum Müster",
    }
    assert (document.layout, document.media_type) == ("mail", "message/rfc822")


def test_attachments_are_left_out_with_a_note():
    made = message()
    made.set_content(PROSE)
    made.add_attachment(b"%PDF-", maintype="application", subtype="pdf", filename="anlage.pdf")
    document = saved(made)
    assert document.notes == ("attachments are not read: anlage.pdf",)
    assert "%PDF" not in document.text


def test_the_page_of_a_mail_is_read_where_its_plain_part_says_nothing():
    made = message()
    made.set_content("Ihr Programm zeigt kein HTML.")
    made.add_alternative(f"<h1>Titel</h1><p>{PROSE}</p><figure><figcaption>Bild</figcaption></figure>", subtype="html")
    document = saved(made)
    assert of_kind(document, BlockKind.BODY) == [PROSE]
    assert of_kind(document, BlockKind.CAPTION) == ["Bild"]


def test_a_wrong_charset_and_a_broken_header_are_no_end():
    data = b"Subject: =?utf-8?b?broken\nFrom: a@example.org\nContent-Type: text/plain; charset=martian\n\nGr\xfc\xdfe"
    assert "Grüße" in read_bytes(data, "a.eml").text


def test_the_content_tells_a_saved_mail_where_the_name_does_not():
    made = message(**{"Message-ID": "<1@example.org>"})
    made.set_content(PROSE)
    assert read_bytes(made.as_bytes(), "upload").layout == "mail"
    assert not eml.looks_like(b"Titel: Ein Text\n\nreceived: nichts")


def test_a_mail_without_text_is_refused():
    made = message()
    made.add_attachment(b"x", maintype="image", subtype="png", filename="a.png")
    with pytest.raises(UnreadableSource, match="mail without text"):
        saved(made)


@pytest.mark.parametrize(
    "data",
    [
        b"Content-Type: message/rfc822\n\n" * 5000 + b"x",
        b'Content-Type: multipart/mixed; boundary="a"\n\n--a\n' * 5000 + b"x",
        b"Subject: " + b"a" * 8_000_000,
        b"Subject: x\n\n" + b"> " * 4_000_000,
        b"Subject: " + b"=?utf-8?q?a?= " * 100_000 + b"\n\nx",
        b"A: b\n" + b" \n" * 500_000,
    ],
    ids=["mails in mails", "parts in parts", "a long header", "quotes", "encoded words", "folded lines"],
)
def test_hostile_mails_are_read_or_refused_in_time(data):
    started = time.process_time()
    with suppress(UnreadableSource):
        read_bytes(data, "a.eml")
    assert time.process_time() - started < 5


PIECES = [
    *("From: ", "Von: a@b.de", "Betreff: x", "Date: 1 Jul 2025", "\n", "\n\n", "> ", "-- ", "--", "Text.", " "),
    *("-----Original Message-----", "Dear all,", "Diese E-Mail ist vertraulich", "Dr. Eva Muster", "_" * 30),
]


@settings(max_examples=150, deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=30))
def test_blocks_are_sound_for_any_mixture(parts):
    text = "Subject: x\nFrom: a@b.de\n" + "\n".join(parts)
    document = read_bytes(text.encode(), "a.txt")
    assert document.layout == "mail"
    assert all(one.end <= other.start for one, other in pairwise(document.blocks))
    assert all(document.slice(one).strip() for one in document.blocks)
    assert all(text[one.start : one.end].strip() for one in document.fields)
