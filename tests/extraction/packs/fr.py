"""French, as little of it as three kinds of facts need: proof that a language is a module of words and nothing else."""

from __future__ import annotations

from numgraph.extraction.languages import Frame, Head, NumberWords, Pack, Phrase, number_table

_ONES = ("un", "deux", "trois", "quatre", "cinq", "six", "sept", "huit", "neuf", "dix", "onze", "douze")
_TENS = ("", "", "vingt", "trente", "quarante", "cinquante", "soixante")

PACK = Pack(
    code="fr",
    months={"janvier": 1, "février": 2, "mars": 3, "avril": 4, "mai": 5, "juin": 6, "juillet": 7, "décembre": 12},
    numbers=number_table(NumberWords(_ONES, _TENS, "-", ones_first=False)),
    scales={"million": 10**6, "millions": 10**6},
    currencies={"d'euros": "EUR", "euros": "EUR"},
    before_year=("en", "de", "à", "jusqu'en"),
    determiners=("le", "la", "les", "l'", "un", "une", "du", "des"),
    pointing=("le", "la", "ce", "cette"),
    conjunctions=("et", "et la", "et le", "ainsi que"),
    joints=("et",),
    copulas=("est", "était"),
    place_words=("à", "en"),
    links=("de", "du", "pour"),
    unnamed=("Le", "La", "Les", "Un", "Une", "En"),
    front_heads={
        "Université": Head("University"),
        "Institut": Head("Organisation"),
        "Fondation": Head("Funder", direct=True),
        "Ministère": Head("Funder"),
    },
    kinds={"réseau": "Network", "projet": "ResearchProject", "consortium": "Network"},
    titles=(r"Prof\.", r"Dr\.?"),
    salutations=("Mme", "M."),
    particles=("de", "du"),
    roles=(r"[Dd]irect(?:eur|rice)", r"[Cc]oordinat(?:eur|rice)"),
    leading=(r"[Dd]irect(?:eur|rice)",),
    negations=("pas", "jamais", "aucun"),
    plans=("pourrait", "souhaite"),
    phone_labels=("Tél", "Téléphone"),
    email_labels=("Courriel",),
    contact_words=("Contact",),
    streets=("rue", "avenue"),
    prepositions={"par": "par", "en": "en", "de": "de", "du": "de", "à": "à", "avec": "avec"},
    cues={"funded": (r"financé",), "funding_words": (r"financ",), "reached": (r"\btél",)},
    frames=(
        Frame("foundedOn", r"fondée?|créée?", "body =", "date =|en"),
        Frame("fundedBy", r"financée?s?|soutenue?s?", "fundable =", "payers par"),
    ),
    phrases=(Phrase("memberOf", r"{s:body*} (?:est|sont) membres? {o:net}"),),
)
