"""Pages without a layout of their own: headline, date, captions, contacts and noise are told apart by their looks."""

from __future__ import annotations

import json
from textwrap import dedent

import pytest

from numgraph.model import BlockKind
from numgraph.sources import read, read_bytes

PROSE = (
    "Das Netzwerk verbindet seit dem Frühjahr die Kliniken des Landes, und alle Beteiligten arbeiten an einer "
    "gemeinsamen Plattform, auf der die Forschung ihre Daten teilt."
)


def page(text):
    return read_bytes(dedent(text).replace("PROSE", PROSE).encode(), "page.txt")


def kinds(document):
    return [(block.kind.name, document.slice(block)) for block in document.blocks]


def of_kind(document, kind):
    return [document.slice(block) for block in document.of_kind(kind)]


def fields(document):
    return {field.name: field.value for field in document.fields}


def test_date_headline_and_caption_stand_above_the_text():
    document = page("""\
        30.01.2026
        Klinik auf der Tagung
        Das Dresdner Team.
        PROSE
        Feste Verankerung im Netzwerk
        PROSE""")
    assert kinds(document) == [
        ("DATE_LINE", "30.01.2026"),
        ("HEADLINE", "Klinik auf der Tagung"),
        ("CAPTION", "Das Dresdner Team."),
        ("BODY", PROSE),
        ("SUBHEADING", "Feste Verankerung im Netzwerk"),
        ("BODY", PROSE),
    ]
    assert fields(document) == {"published_on": "2026-01-30", "title": "Klinik auf der Tagung"}


@pytest.mark.parametrize(
    "line",
    ["Ga naar artikel navigatie Ga naar inhoud", "Zum Inhalt springen", "Skip to content", "Start > Forschung > NUM",
     "Impressum | Datenschutz", "© 2026 Klinikum", "Pressemitteilung Nr. 3/2026", "Diese Website verwendet Cookies."],
)  # fmt: skip
def test_chrome_above_the_headline_is_noise(line):
    document = page(f"{line}\n\nDie Überschrift der Seite\n\nPROSE")
    assert kinds(document)[0] == ("NOISE", line)
    assert fields(document)["title"] == "Die Überschrift der Seite"


@pytest.mark.parametrize(
    "line",
    ["Foto: Max Muster", "Header-Bild von jemand auf Freepik", "Das Team vor dem Haus. Foto: UKD/Muster",
     "Copyright: Muster & Co", "© Universität Musterstadt", "Beeld: UMC"],
)  # fmt: skip
def test_image_credits_are_captions_wherever_they_stand(line):
    assert of_kind(page(f"Titel der Seite\n\nPROSE\n\n{line}\n\nPROSE"), BlockKind.CAPTION) == [line]


@pytest.mark.parametrize("line", ["Im Jahr 2022 ging es los.", "2022", "vom 01.07.2025 bis 30.06.2030"])
def test_a_year_in_the_text_is_no_publication_date(line):
    assert "published_on" not in fields(page(f"Titel der Seite\n\n{line}\n\nPROSE"))


def test_the_date_of_an_event_is_no_publication_date():
    document = page("Einladung zur Tagung\n\n12.03.2027\nOrt: Berlin\n\nPROSE")
    assert "published_on" not in fields(document)


def test_a_date_far_below_counts_only_when_it_says_what_it_is():
    assert (
        fields(page("Titel der Seite\n\n" + "PROSE\n\n" * 9 + "Erstellt: 30.11.16 - 15:43 Uhr"))["published_on"]
        == "2016-11-30"
    )
    assert "published_on" not in fields(page("Titel der Seite\n\n" + "PROSE\n\n" * 9 + "30.11.2016"))


def test_lists_keep_their_items_without_markers():
    document = page("""\
        Titel der Seite

        Dabei sind in diesem Jahr die folgenden Häuser:
        - Institut für Pathologie
        * Klinik für Neurologie
        • Biobank
          1. Aufbau der Plattform
        1. Juli 2025 ist der Beginn.""")
    items = ["Institut für Pathologie", "Klinik für Neurologie", "Biobank", "Aufbau der Plattform"]
    assert of_kind(document, BlockKind.LIST_ITEM) == items
    assert of_kind(document, BlockKind.BODY)[-1] == "1. Juli 2025 ist der Beginn."


def test_wrapped_lines_make_paragraphs():
    document = page("""\
        Titel der Seite
        In den kommenden Jahren investiert das Ministerium an der Saar in
        Projekte, die mit neuen Werkzeugen die Versorgung besser machen und
        den Kliniken helfen.
        Wäre es nicht eine gute Sache, wenn bei Aufnahmen außer dem Arzt
        oder der Ärztin auch ein Werkzeug alles mit im Blick hätte und vor
        Schäden warnt?""")
    assert [text.split()[0] for text in of_kind(document, BlockKind.BODY)] == ["In", "Wäre"]


CONTACTS = {
    "under headings": (
        """\
        Kontakt

        Projektleiter

        Dr. Matthias Muster
        Universität Musterstadt, Leiter des Clusters
        E-Mail senden


        Projektmanagerin

        Sara Beispiel
        Universität Musterstadt
        E-Mail senden

        Header-Bild von jemand auf Freepik

        Musterstr. 27, Haus M
        04103 Musterstadt
        Telefon:
        0341 - 97 16 720
        Map""",
        [
            ("Projektleiter", "Dr. Matthias Muster"),
            ("Projektmanagerin", "Sara Beispiel"),
            (None, "Musterstr. 27, Haus M"),
        ],
    ),
    "without blank lines": (
        """\
        PROSE
        Ansprechpartner
        Dr. Eva Muster
        Leiterin
        Tel. 030 23125 100
        Dr. Jan Beispiel
        jan(at)example.org""",
        [("Ansprechpartner", "Dr. Eva Muster"), ("Ansprechpartner", "Dr. Jan Beispiel")],
    ),
    "on one line": (
        "PROSE\n\nKontakt:\nProf. Dr. Eva Muster, Direktorin der Klinik, Tel. +49 30 23125 100, eva@example.org",
        [("Kontakt:", "Prof. Dr. Eva Muster, Direktorin der Klinik, Tel. +49 30 23125 100, eva@example.org")],
    ),
    "an office without a person": (
        "PROSE\n\nFür Rückfragen:\nPressestelle der Universität\nE-Mail: presse@example.org",
        [("Für Rückfragen:", "Pressestelle der Universität")],
    ),
    "the institution above the person": (
        "PROSE\n\nPressekontakt\nUniversitätsklinikum Musterstadt\nPressestelle\nHolger Muster\nTel. 030 23125 100",
        [("Pressekontakt", "Universitätsklinikum Musterstadt")],
    ),
    "a team with roles alone": (
        "Leitung\n\nDr. Eva Muster\n\nKoordination\n\nDr. Jan Beispiel\nStudienkoordinator",
        [("Leitung", "Dr. Eva Muster"), ("Koordination", "Dr. Jan Beispiel")],
    ),
    "in Dutch": (
        "Contactpersoon\n\nProf. dr. Jan de Vries\nHoogleraar\nHeidelberglaan 100\n3584 CX Utrecht\njan@example.org",
        [("Contactpersoon", "Prof. dr. Jan de Vries")],
    ),
    "in English": (
        """\
        Contact

        Jane Doe, MSc
        Project coordinator
        T: +31 88 755 0000

        Prof. John A. Smith
        Principal Investigator
        Send an email""",
        [("Contact", "Jane Doe, MSc"), ("Contact", "Prof. John A. Smith")],
    ),
}  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), CONTACTS.values(), ids=CONTACTS)
def test_each_person_is_one_contact_under_the_nearest_heading(text, expected):
    document = page("Titel der Seite\n\n" + dedent(text))
    found = [
        (document.slice(block.heading) if block.heading else None, document.slice(block).split("\n")[0])
        for block in document.of_kind(BlockKind.CONTACT)
    ]
    assert found == expected


def test_a_menu_above_the_headline_is_passed_over_whole():
    document = page(
        "Sample University\nNews & Events\nNews\n\nA new registry\n\nPosted 3 March 2026\nBy Jane Doe\n\nPROSE"
    )
    assert fields(document) == {"title": "A new registry", "published_on": "2026-03-03"}
    assert of_kind(document, BlockKind.ISSUER) == ["By Jane Doe"]
    assert of_kind(document, BlockKind.BODY) == [PROSE]


def test_questions_and_numbered_lines_above_paragraphs_are_headings():
    document = page("Fragen\n\nWas ist das?\nPROSE\n\nKostet es etwas?\nNein.\n\n1. Zwei neue Standorte\nPROSE")
    assert of_kind(document, BlockKind.SUBHEADING) == ["Was ist das?", "Kostet es etwas?", "1. Zwei neue Standorte"]
    assert not of_kind(document, BlockKind.CONTACT)


def test_a_day_that_begins_a_line_is_no_list_item():
    assert of_kind(page("Titel der Seite\n\nPROSE\n\n14. bis 15. Mai 2026"), BlockKind.LIST_ITEM) == []


def test_a_line_broken_in_the_middle_of_a_sentence_goes_on_in_the_next():
    document = page(
        "Titel der Seite\n\nDas Register bringt seit dem Frühjahr dieses Jahres Daten zusammen aus\n14 Kliniken."
    )
    assert len(of_kind(document, BlockKind.BODY)) == 1


def test_an_imprint_keeps_its_parts_apart():
    document = page("""\
        Impressum

        Netzwerk Muster e. V.
        Musterallee 12
        04103 Musterstadt

        Vertreten durch:
        Prof. Dr. Anna Beispiel (Vorsitzende)

        Kontakt
        Telefon: +49 30 23125 500

        Registergericht: Amtsgericht Musterstadt
        Registernummer: VR 12345""")
    assert ("SUBHEADING", "Vertreten durch:") in kinds(document)
    assert ("BODY", "Prof. Dr. Anna Beispiel (Vorsitzende)") in kinds(document)
    assert ("BODY", "Registernummer: VR 12345") in kinds(document)


def test_a_team_copied_from_a_grid_is_a_contact_for_each_person():
    team = ["Dr. Anna Beispiel\nLeitung", "Lena Hornung, M.Sc.\nKoordination", "Paul Neuhaus\nIT",
            "Maria van der Meer\nDatenmanagement", "Dr. Klaus Hartung\nBiostatistik"]  # fmt: skip
    document = page("Team\n\n" + "\n".join(team))
    assert of_kind(document, BlockKind.CONTACT) == team


def test_teasers_at_the_end_are_noise():
    document = page("Titel der Seite\n\n" + "PROSE\n\n" * 4 + "Weitere Meldungen\nEin Gerät\nEin Fest im Park")
    assert of_kind(document, BlockKind.NOISE) == ["Weitere Meldungen", "Ein Gerät", "Ein Fest im Park"]


def test_contacts_in_side_boxes_and_footers_of_a_page_survive():
    markup = """<main><h1>Titel</h1><p>Text über das Netzwerk.</p></main>
        <aside><h3>Ansprechpartnerin</h3><p>Sara Muster<br>Tel. +49 30 23125 100</p><p>Werbung</p></aside>
        <footer><p>Klinikum Muster<br>Musterstraße 1<br>66421 Homburg</p><p>Impressum</p></footer>"""
    document = read_bytes(markup.encode(), "a.html")
    assert [text.split("\n")[0] for text in of_kind(document, BlockKind.CONTACT)] == ["Sara Muster", "Klinikum Muster"]
    assert of_kind(document, BlockKind.NOISE) == ["Werbung", "Impressum"]


def test_seeds_have_the_title_date_language_and_noise_of_their_gold(shared):
    for gold in sorted((shared / "gold" / "seeds").glob("0*.json")):
        stated = json.loads(gold.read_text(encoding="utf-8"))["document"]
        document = read(shared / "seeds" / stated["file"])
        assert document.language == stated["language"]
        assert fields(document)["title"] == stated["title"]
        assert fields(document).get("published_on") == stated["published_on"]
        for noise in stated.get("noise", []):
            inside = [one for one in document.blocks if one.start < noise["end"] and noise["start"] < one.end]
            silent = {BlockKind.NOISE, BlockKind.CAPTION, BlockKind.SUBHEADING}
            assert {one.kind for one in inside} <= silent, (stated["file"], noise["what"])


@pytest.mark.parametrize(
    ("above", "title"),
    [
        ("Home / Nieuws / 2025", "Neue Klinik am Hafen eröffnet"),
        ("HOME    ABOUT    MEMBERS    NEWS", "Neue Klinik am Hafen eröffnet"),
        ("Institut für Gezeiten · Presseinformation 08/2022 · Kiel, den 3. Mai 2022", "Neue Klinik am Hafen eröffnet"),
        ("Hafenblatt — Ausgabe 3", "Neue Klinik am Hafen eröffnet"),
        ("Interview", "Neue Klinik am Hafen eröffnet"),
        ("Netzwerk Hafenmedizin", "Neue Klinik am Hafen eröffnet"),
        ("Hafen | Neue Klinik am Kai", "Hafen | Neue Klinik am Kai"),  # two parts are a title
        ("Neue Klinik", "Neue Klinik"),  # what follows is no further headline
    ],
)
def test_what_stands_above_a_headline_is_not_the_title(above, title):
    below = "" if title == above else f"{title}\n\n"
    assert fields(page(f"{above}\n\n{below}PROSE\nPROSE"))["title"] == title


@pytest.mark.parametrize(
    ("opening", "day"),
    [
        ("Oldenburg, 24.08.2023 – PROSE", "2023-08-24"),
        ("(Kiel, 3. Mai 2022) PROSE", None),
        ("Am 3. Mai 2022 begann die Arbeit. PROSE", None),
    ],
)
def test_a_paragraph_may_begin_with_place_and_date(opening, day):
    document = page(f"Neue Klinik am Hafen\n\n{opening}\n\nPROSE")
    assert fields(document).get("published_on") == day
    assert PROSE in of_kind(document, BlockKind.BODY)[0]


def test_a_strip_above_the_headline_states_the_date():
    document = page("Presse | 28. März 2024 | Lesezeit: 3 Minuten\n\nNeue Klinik am Hafen\n\nPROSE")
    assert fields(document) == {"title": "Neue Klinik am Hafen", "published_on": "2024-03-28"}


@pytest.mark.parametrize(
    ("head", "body", "title", "day"),
    [
        ("<title>Neue Klinik | Hafen</title>", "<h1>Hafen</h1><h2>Neue Klinik</h2>", "Neue Klinik", None),
        ("<title>Neue Klinik | Hafen</title>", "<h1>Eine neue Klinik</h1>", "Eine neue Klinik", None),
        (
            '<script type="application/ld+json">{"headline": "Die Klinik", "datePublished": "2024-05-06"}</script>',
            "<h1>Aktuelles</h1><div>Die Klinik</div><p>07.05.2024</p>",
            "Die Klinik",
            "2024-05-06",
        ),
        (
            "<title>Die Klinik</title>",
            "<h1>Die Klinik</h1><p><time pubdate>6. Mai 2024</time></p>",
            "Die Klinik",
            "2024-05-06",
        ),
    ],
)
def test_a_page_agrees_with_what_it_says_of_itself(head, body, title, day):
    markup = f"<html><head>{head}</head><body>{body}<p>{PROSE}</p><p>{PROSE}</p></body></html>"
    found = fields(read_bytes(markup.encode(), "page.html"))
    assert (found["title"], found.get("published_on")) == (title, day)
