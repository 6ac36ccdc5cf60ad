from __future__ import annotations

from collections.abc import Callable

import pytest

from numgraph.mapping.contacts import BLOT, without_contact_details
from numgraph.model import Entity, Reading, Value

Make = Callable[..., Reading]

PERSON = Entity("person/erika-beispiel", "Erika Beispiel", "Person")


@pytest.mark.parametrize(
    ("predicate", "value", "elsewhere"),
    [
        ("email", Value("erika@example.org", "email"), "Erika@Example.org"),
        ("email", Value("erika@example.org", "email"), "erika (at) example.org"),
        ("phone", Value("+4930987654321", "phone"), "030 / 98 76 54-321"),
        ("phone", Value("+4930987654321", "phone"), "+49 (0)30 987 654 321"),
        ("address", Value("Musterweg 1, 12345 Musterstadt"), "Musterweg 1,\n12345 Musterstadt"),
    ],
)
def test_a_detail_is_blotted_out_where_it_is_claimed_and_wherever_else_it_stands(
    reading: Make, predicate: str, value: Value, elsewhere: str
) -> None:
    read = reading("a", [(PERSON, predicate, value)], text=f"Kontakt: {elsewhere} oder abends. ")
    document, claims = without_contact_details(read.document, read.claims)
    assert not claims
    assert value.value not in document.text
    assert elsewhere not in document.text
    assert "Kontakt:" in document.text
    assert "oder abends." in document.text


def test_offsets_of_the_other_claims_still_hold(reading: Make) -> None:
    says = [(PERSON, "phone", Value("+4930987654321", "phone")), (PERSON, "role", Value("Direktorin"))]
    read = reading("a", says)
    document, (role,) = without_contact_details(read.document, read.claims)
    assert len(document.text) == len(read.document.text)
    assert role.evidence.quote == "Erika Beispiel role Direktorin."
    assert BLOT in document.text


def test_a_document_without_contact_details_stays_as_it_is(reading: Make) -> None:
    read = reading("a", [(PERSON, "role", Value("Direktorin"))])
    assert without_contact_details(read.document, read.claims) == (read.document, list(read.claims))
