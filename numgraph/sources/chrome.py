"""The words of web page chrome: skip links, buttons, cookie notices, bread crumbs, image credits, kickers."""

from __future__ import annotations

import re

_LONGEST_CHROME = 400
_LONGEST_CAPTION = 300
_MOST_WORDS_OF_BARE_CAPTION = 8
_LEAST_CRUMBS = 3


def _phrases(listed: str) -> frozenset[str]:
    return frozenset(" ".join(phrase.split()) for phrase in listed.split("|"))


# Lines that are only there to be clicked, in German, Dutch and English; without the marks at their ends.
_BUTTONS = _phrases(
    """map | karte | kaart | anfahrt | lageplan | route | teilen | share | share on | delen | drucken | seite drucken |
    print | printen | mehr | mehr erfahren | mehr lesen | weiterlesen | weiter | read more | lees meer | lees verder |
    more | zurück | zurück zur übersicht | zur übersicht | zurück zur liste | terug | back | back to top |
    back to overview | nach oben | nach oben scrollen | zum seitenanfang | naar boven | top | schließen | close |
    sluiten | facebook | twitter | x | linkedin | xing | instagram | youtube | mastodon | bluesky | whatsapp | rss |
    newsletter | menü | menu | navigation | suche | suchen | search | zoeken | login | anmelden | log in | inloggen |
    impressum | imprint | datenschutz | datenschutzerklärung | privacy | privacy policy | privacyverklaring | cookies |
    cookiebeleid | disclaimer | barrierefreiheit | leichte sprache | gebärdensprache | sitemap | agb | home |
    startseite | zur startseite | deutsch | english | nederlands | de | en | nl | kopieren | link kopieren | copy link |
    bild vergrößern | bild herunterladen | bilder anzeigen | bild anzeigen | download | downloads | video abspielen |
    play | pause | vorlesen | artikel vorlesen | merken | feedback | advertisement | anzeige | pin it | tweet |
    twittern | stand | autor/in | zoom | lightbox öffnen | seite teilen | seite empfehlen | artikel teilen |
    diesen artikel teilen | diese seite teilen | diesen beitrag teilen | deel dit artikel | deel deze pagina |
    alle meldungen | alle news | alle nieuws | skip | × | per e-mail teilen | auf facebook teilen | auf x teilen |
    auf linkedin teilen | auf twitter teilen | share on facebook | share on x | share on linkedin | share on twitter"""
)

# What a line above a headline may say about the section of the site it stands in.
_SECTIONS = _phrases(
    """presse | aktuell | aktuelles |
    aktuelle meldung | aktuelle meldungen | news | nieuws | nachrichten | neuigkeiten |
    meldung | pressemitteilung | pressemitteilungen | pressemeldung | presseinformation | medienmitteilung |
    medieninformation | press release | press releases | persbericht | nieuwsbericht | artikel | article |
    veranstaltung | veranstaltungen | forschung | research | onderzoek | projekt | projekte | projects | over ons |
    über uns | about us | startseite | home | kontakt | contact | karriere | jobs | patienten | patienten & besucher |
    studium | lehre | education | onderwijs | klinik | kliniken | institute | organisation | unternehmen | medien |
    presse & medien | service | termine | event | events | agenda | menü | menu | suche | login | shop | mediathek |
    publikationen | publications"""
)

# Headings above teasers of other pages.
_RELATED = _phrases(
    """relevante artikel | ähnliche artikel | ähnliche beiträge | ähnliche meldungen | weitere artikel |
    weitere beiträge | weitere meldungen | neueste meldungen | letzte meldungen |
    weitere nachrichten | weitere news | weitere pressemitteilungen |
    mehr zum thema | das könnte sie auch interessieren | auch interessant | verwandte artikel | verwandte themen |
    verwandte beiträge | aktuelle meldungen | neueste beiträge | related articles | related news | related content |
    related posts | related stories | you may also like | more news | read also | latest news | lees ook |
    gerelateerd | gerelateerde artikelen | gerelateerde berichten | gerelateerd nieuws | meer nieuws | ander nieuws |
    kommentare | comments | reacties | schlagwort | schlagwörter | schlagworte | tags | kategorie | kategorien"""
)

# Headings of boxes that ask for something: consent, an address for a newsletter, a click on another site.
_INVITATIONS = _phrases(
    """wir schätzen ihre privatsphäre | ihre privatsphäre | privatsphäre-einstellungen | datenschutzeinstellungen |
    datenschutz-einstellungen | cookie-einstellungen | cookie-hinweis | cookies | cookie settings |
    cookie-instellingen |
    privacy settings | we value your privacy | your privacy | uw privacy | diese webseite verwendet cookies |
    diese website verwendet cookies | this website uses cookies | deze website gebruikt cookies | nichts verpassen |
    nichts mehr verpassen | newsletter | newsletter abonnieren | newsletter-anmeldung | zum newsletter anmelden |
    bleiben sie informiert | bleiben sie auf dem laufenden | immer informiert | stay informed | stay up to date |
    stay in touch | sign up for our newsletter | subscribe to our newsletter | subscribe | nieuwsbrief |
    blijf op de hoogte |
    aanmelden voor de nieuwsbrief | folgen sie uns | folge uns | follow us | volg ons | social media | soziale medien |
    soziale netzwerke | teilen | beitrag teilen | share this story | share this article | share this page | delen |
    inhaltsverzeichnis | inhalt dieser seite | auf dieser seite | inhoudsopgave | table of contents | on this page |
    op deze pagina | quicklinks | quick links | snel naar | schnellzugriff | schnelleinstieg | direktlinks |
    meistgelesen | most read | meest gelezen | beliebte beiträge | popular posts | werbung | advertisement"""
)

_MARKS_AT_ENDS = " \u00a0\t:|»›>→+"
_AND = re.compile(r"\s+(?:&|und|and|en|\+|/)\s+")
_NUMBERED = re.compile(r"\s+(?:(?:nr|no)\.?|nummer)?\s*\d[\d/.-]*$")

_SKIP_LINK = re.compile(
    r"(?:(?:ga|spring|springe|skip|jump|zu[mr]|direkt zu[mr]?|weiter zu[mr]?|go|naar|overslaan)\b.{0,20}?"
    r"\b(?:inhalts?|hauptinhalt|(?:haupt)?navigation|navigatie|(?:hoofd)?inhoud|(?:main )?content|menu|menü|suche|"
    r"search|zoeken|footer|fußzeile)\b(?:\s+(?:springen|wechseln|gehen|überspringen))?\s*){1,4}",
    re.IGNORECASE,
)
_SITE = r"(?:web)?(?:seite|site)"
_NOTICE = re.compile(
    r"(?=.*\bcookies?\b)(?:diese " + _SITE + r"|unsere " + _SITE + r"|this " + _SITE + r"|deze " + _SITE + r"|we use|"
    r"wir (?:verwenden|nutzen|setzen)|w(?:ij|e) gebruiken|by (?:using|continuing)|mit der nutzung).*"
    r"|(?:sie (?:sind|befinden sich) hier|you are here|u bent hier|u bevindt zich hier)\b.*"
    r"|(?:suchbegriff|suche nach|search for|zoek naar)\b.{0,40}"
    r"|(?:javascript|bitte aktivieren sie javascript)\b.*"
    r"|(?:©|\(c\)|copyright)\s*(?:©\s*)?\d{4}(?:\s*[-–]\s*\d{4})?\b.*"
    r"|alle rechte vorbehalten.*|all rights reserved.*"
    r"|(?:wenn|falls) (?:dieser newsletter|diese (?:e-?mail|nachricht)|sie diesen? (?:newsletter|e-?mail)).{0,40}"
    r"nicht .*"
    r"|sie (?:erhalten|bekommen) diese[ns]? (?:newsletter|e-?mail|nachricht|mitteilung).*"
    r"|you (?:are receiving|received|receive) this (?:newsletter|e-?mail).*|u ontvangt deze (?:nieuwsbrief|e-?mail).*"
    r"|(?:newsletter )?(?:abbestellen|abmelden|unsubscribe|uitschrijven)"
    r"|(?:wir und unsere (?:\d+ )?partner|we and our (?:\d+ )?partners|wij en onze (?:\d+ )?partners) .*"
    r"|(?:folgen sie uns|folge uns|besuchen sie uns|follow us|find us|volg ons)\b.{1,60}"
    r"|(?:vorige|volgende|nächste[rs]?|vorherige[rs]?|voriger|previous|next) (?:pagina|seite|page|artikel|beitrag"
    r"|meldung|article|post|story|bericht)\b\s?:.{2,120}",
    re.IGNORECASE,
)
_CRUMB = re.compile(r"[^.!?]{2,60}")
_CRUMB_MARK = re.compile(r"[>›»→]")
_MENU_SIGN = re.compile(r"[|·•]")
_STRIP_MARK = re.compile(r"\s*[|·•]\s*|\s[>›»/]\s|\s{3,}|\t")
_MOST_PARTS_OF_TITLE = 2
_DATED = re.compile(
    r"\b\d{1,2}\.\s?(?:\d{1,2}\.|\w+)\s?\d{4}\b|\b\d{1,2} \w+ \d{4}\b|lesezeit|min read|leestijd", re.IGNORECASE
)
_ISSUE = re.compile(
    r"[—–,|·-]\s*(?:issue|ausgabe|heft|nr\.?|no\.?|nummer|editie|vol\.?|jaargang)\s?\d[\d/.-]*\s*$", re.IGNORECASE
)
_ELSEWHERE = re.compile(
    r"(?:elsewhere|also|more|other news|mehr|weiteres|meer|ook)\b(?: \w+)? (?:at|from|on|aus|von|der|bij|van|uit|in)\b.{3,40}$",  # noqa: E501 - a pattern is read best on one line
    re.IGNORECASE,
)
_RELEASED = re.compile(
    r"(?:sperrfrist|embargo|for immediate release|frei(?:gabe)? (?:ab|für)|onder embargo|datum|date)\b.{0,60}$",
    re.IGNORECASE,
)
_IMPRINTS = frozenset({"impressum", "imprint", "colofon", "legal notice"})
_MENU_MARK = re.compile(r"\s*[|·•]\s*")

_CREDIT = re.compile(
    r"\(?(?:(?:foto|bild|photo|image|picture|titelbild|header-?bild|symbol-?bild|beeld|abbildung|grafik|video)"
    r"(?:s|er|quelle|nachweis|rechte|credits?| credit)?|abb\.|fotograf(?:ie|in)?|quelle|credits?|source|copyright|bron)"
    r"\s?(?:\d+\s?)?(?::|von\b|by\b|door\b|©|/|\(c\)).*|\(?(?:©|\(c\)).*",
    re.IGNORECASE,
)
_CREDIT_AT_END = re.compile(
    r"[(\[|–/-]?\s?\b(?:(?:fotos?|bild|grafik|photo|image|quelle|beeld|copyright)\s?(?::|©|\(c\)|by\b|von\b)|©)\s?"
    r"[^.]{2,80}[)\]]?\.?$",
    re.IGNORECASE,
)
_CREDIT_SIGNS = ("foto", "bild", "grafik", "photo", "image", "quelle", "beeld", "copyright", "©")
_POSITION = re.compile(
    r"\bv\.\s?l\.\s?(?:n\.\s?r\.)?|\bvon links\b|\b(?:from|left to) (?:left|right)\b|\bvan links naar rechts"
    r"|\((?:l|links|r|rechts|left|right)\.?\)",
    re.IGNORECASE,
)
_LEGAL_FORM = re.compile(r"\b(?:e\.\s?V|g?GmbH & Co|i\.\s?G|Inc|Ltd|Co|B\.\s?V|N\.\s?V)\.$")
_BYLINE = re.compile(r"(?i:by|von|door|text|autor(?:in)?|redaktion|author|auteur)(?:\s?:)?\s+(?=[A-ZÄÖÜ])")
_VERB = re.compile(
    r"\b(?:ist|sind|war|waren|wird|werden|wurden?|hat|haben|hatten?|kann|können|soll|sollen|fördert|arbeite[tn]|bietet|"
    r"bieten|steht|stehen|gibt|geht|startet|starten|übernimmt|erhält|erhalten|freut|trafen|diskutierten|kamen|fand|"
    r"fanden|begann|beginnt|is|are|was|were|has|have|had|will|can|works?|werd|wordt|worden|zijn|heeft|hebben|kan|"
    r"kunnen|werkt|werken|zal|gaat)\b",
    re.IGNORECASE,
)


def is_noise(text: str) -> bool:
    """Whether a line is page chrome that says nothing about the page's subject.

    >>> is_noise("Ga naar artikel navigatie Ga naar inhoud"), is_noise("Zum Inhalt springen"), is_noise("Map")
    (True, True, True)
    >>> is_noise("Zum Inhalt des Programms")
    False
    """
    if len(text) > _LONGEST_CHROME:
        return False
    if _plain(text) in _BUTTONS or _SKIP_LINK.fullmatch(text) or _NOTICE.fullmatch(text):
        return True
    return _is_crumbs(text) or _is_menu(text)


def _plain(text: str) -> str:
    return text.strip(_MARKS_AT_ENDS).casefold()


def _is_crumbs(text: str) -> bool:
    """Whether a line is a path through the site: "Start > Research > Projects"."""
    if not _CRUMB_MARK.search(text):
        return False
    crumbs = [crumb.strip() for crumb in _CRUMB_MARK.split(text)]
    return len(crumbs) >= _LEAST_CRUMBS and all(_CRUMB.fullmatch(crumb) for crumb in crumbs)


def _is_menu(text: str) -> bool:
    """Whether a line is a row of menu words: "Impressum | Datenschutz"."""
    if not _MENU_SIGN.search(text):
        return False
    items = _MENU_MARK.split(text)
    known = sum(item.casefold() in _BUTTONS or item.casefold() in _SECTIONS for item in items)
    return len(items) > 1 and known * 2 >= len(items)


def is_strip(text: str) -> bool:
    """Whether a line is a row of small parts: a menu, a path through the site, a letterhead with issue and date.

    >>> is_strip("Home / Nieuws / 2025"), is_strip("HOME    ABOUT    NEWS"), is_strip("Über uns / About us")
    (True, True, False)
    """
    parts = [part for part in _STRIP_MARK.split(text) if part.strip()]
    if len(parts) > _MOST_PARTS_OF_TITLE or (len(parts) > 1 and text.isupper()) or _RELEASED.match(text):
        return True
    return bool(_ISSUE.search(text)) or (
        len(parts) > 1 and any(is_kicker(part) or _DATED.search(part) for part in parts)
    )


def is_imprint(text: str) -> bool:
    """Whether a line names the page that says whose site it is."""
    return _plain(text) in _IMPRINTS


def is_related(text: str) -> bool:
    """Whether a heading opens teasers of other pages."""
    return (len(text) <= _LONGEST_CHROME and _plain(text) in _RELATED) or bool(_ELSEWHERE.match(text))


def is_invitation(text: str) -> bool:
    """Whether a heading opens a box that asks for consent, an address or a click."""
    return _plain(text) in _INVITATIONS


def is_kicker(text: str) -> bool:
    """Whether a line above a headline only names the page's section ("Pressemitteilung Nr. 12")."""
    parts = _AND.split(_NUMBERED.sub("", _plain(text)))
    return " & ".join(parts) in _SECTIONS or all(part in _SECTIONS for part in parts)


def is_credit(text: str) -> bool:
    """Whether a line gives the source of an image, alone or after its caption."""
    if len(text) > _LONGEST_CAPTION:
        return False
    return bool(_CREDIT.fullmatch(text) or (_has_credit_sign(text) and _CREDIT_AT_END.search(text)))


def _has_credit_sign(text: str) -> bool:
    plain = text.lower()
    return any(sign in plain for sign in _CREDIT_SIGNS)


def byline(text: str) -> str:
    """What a line says of who wrote the page: "By Jo Doe" gives the name; empty for any other line."""
    found = _BYLINE.match(text)
    return text[found.end() :] if found else ""


def is_bare_caption(text: str) -> bool:
    """Whether a line right below the headline names what a photo shows: it ends like a sentence and has no verb.

    >>> is_bare_caption("NUM Dresden-Team."), is_bare_caption("Das NUM ist gewachsen.")
    (True, False)
    """
    if len(text) > _LONGEST_CAPTION:
        return False
    if _POSITION.search(text):
        return True
    return (
        text.endswith(".")
        and not _LEGAL_FORM.search(text)
        and len(text.split()) <= _MOST_WORDS_OF_BARE_CAPTION
        and not _VERB.search(text)
    )
