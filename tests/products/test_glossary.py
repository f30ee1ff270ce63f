"""The glossary: shipped words, a product's own over them, who may say what, and the pages."""

import json
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from audit.errors import Conflict, NotAllowed, NotPossible
from audit.tracked import history_of
from products.actions.glossary import edit_term, restore_shipped, set_explained, write_term
from products.choices import Side
from products.glossary import Term, forms_in, glossary_of, shipped_named, shipped_terms
from products.models import GlossaryTerm, Product
from tests.factories import make_product
from tests.people import ClientOf, QueriesOf


def the_term(product: Product, word: str) -> Term:
    """The word as the product explains it."""
    return next(term for term in glossary_of(product) if term.word == word)


def test_the_shipped_words_are_of_both_sides_and_none_is_written_twice() -> None:
    shipped = shipped_terms().values()
    assert {term.side for term in shipped} >= {Side.CLINICAL, Side.PRODUCT}
    assert len(shipped) >= 60
    forms = [form.casefold() for term in shipped for form in (term.word, *term.forms)]
    assert len(forms) == len(set(forms))
    for term in shipped:
        row = GlossaryTerm(word=term.word, forms="\n".join(term.forms), meaning=term.meaning)
        row.clean_fields(exclude=["product", "public_id"])


@pytest.mark.parametrize(
    ("text", "forms"),
    [("", ()), (" tiers \n\n the  tier\ntiers", ("tiers", "the tier"))],
)
def test_forms_are_lines_each_once(text: str, forms: tuple[str, ...]) -> None:
    assert forms_in(text) == forms


def test_a_word_of_the_product_goes_before_the_shipped_one(
    product: Product, engineer: User
) -> None:
    term = write_term(product=product, by=engineer, word="Churn", meaning="People who left")
    found = the_term(product, "Churn")
    assert (found.key, found.meaning, found.is_reworded) == ("churn", "People who left", True)
    assert "churn" not in [each.word for each in glossary_of(product)]
    shipped = shipped_named("churn")
    assert shipped is not None
    assert the_term(make_product("Another", slug="another"), "churn").meaning == shipped.meaning
    restore_shipped(term=term, by=engineer)
    again = the_term(product, "Churn")
    assert (again.meaning, again.is_reworded) == (shipped.meaning, False)
    assert len(history_of(term)) == 2


def test_a_word_of_its_own_has_no_shipped_wording(product: Product, product_manager: User) -> None:
    term = write_term(
        product=product,
        by=product_manager,
        word=" tier ",
        meaning="How often we ask",
        side="product",
    )
    assert (term.word, the_term(product, "tier").is_own) == ("tier", True)
    with pytest.raises(NotPossible, match="own word"):
        restore_shipped(term=term, by=product_manager)


def test_a_word_that_is_hidden_is_not_told(
    product: Product, clinician: User, client_of: ClientOf
) -> None:
    shipped = shipped_terms()["churn"]
    row = write_term(
        product=product, by=clinician, word="churn", meaning=shipped.meaning, is_active=False
    )
    told = client_of(clinician).get(reverse("glossary_terms", args=[product.slug])).json()
    assert "churn" not in [term["key"] for term in told["terms"]]
    with pytest.raises(NotPossible, match="not explained"):
        set_explained(term=row, by=clinician, is_explained=False)
    set_explained(term=row, by=clinician, is_explained=True)
    told = client_of(clinician).get(reverse("glossary_terms", args=[product.slug])).json()
    assert "churn" in [term["key"] for term in told["terms"]]


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"word": " "}, "cannot be empty"),
        ({"meaning": ""}, "cannot be empty"),
        ({"side": "nobody"}, "whose word"),
        ({"forms": "drop-outs\nhazards"}, "explained under “hazard” already"),
        ({"word": "CSO"}, "explained under “clinical safety officer” already"),
    ],
)
def test_what_cannot_be_written(
    product: Product, cso: User, values: dict[str, str], sentence: str
) -> None:
    said: dict[str, Any] = {"word": "drop-out", "meaning": "Somebody who left", **values}
    with pytest.raises(NotPossible, match=sentence):
        write_term(product=product, by=cso, **said)
    assert not GlossaryTerm.objects.exists()


def test_a_word_is_there_once(product: Product, cso: User) -> None:
    write_term(product=product, by=cso, word="tier", meaning="How often we ask")
    with pytest.raises(NotPossible, match="already"):
        write_term(product=product, by=cso, word="Tier", meaning="Another")


def test_those_who_only_read_change_no_word(
    product: Product, cso: User, auditor: User, executive: User
) -> None:
    term = write_term(product=product, by=cso, word="tier", meaning="How often we ask")
    for person in (auditor, executive):
        with pytest.raises(NotAllowed):
            write_term(product=product, by=person, word="churn", meaning="Mine")
        with pytest.raises(NotAllowed):
            edit_term(term=term, by=person, changes={"meaning": "Mine"})


def test_two_people_reword_it_at_once(product: Product, cso: User, product_manager: User) -> None:
    term = write_term(product=product, by=cso, word="tier", meaning="How often we ask")
    edit_term(term=term, by=cso, changes={"meaning": "Theirs"}, base_version=1)
    with pytest.raises(Conflict):
        edit_term(term=term, by=product_manager, changes={"meaning": "Mine"}, base_version=1)


def test_the_words_are_sent_once_while_nothing_changes(
    product: Product, cso: User, client_of: ClientOf
) -> None:
    url, client = reverse("glossary_terms", args=[product.slug]), client_of(cso)
    first = client.get(url)
    assert json.loads(first.content)["terms"]
    mark = first.headers["ETag"]
    again = client.get(url, headers={"If-None-Match": mark})
    assert (again.status_code, again.content) == (304, b"")
    write_term(product=product, by=cso, word="tier", meaning="How often we ask")
    assert client.get(url, headers={"If-None-Match": mark}).status_code == 200


@pytest.fixture
def browser(product_manager: User, client_of: ClientOf) -> Client:
    """The product manager's."""
    return client_of(product_manager)


def test_the_page_is_searched_and_narrowed(product: Product, browser: Client, cso: User) -> None:
    write_term(product=product, by=cso, word="tier", meaning="How often we ask", side="clinical")
    url = reverse("glossary", args=[product.slug])
    assert "velocity" in browser.get(url).content.decode()
    for query, there, gone in (
        ("q=often+ask", "tier", "velocity"),
        ("show=product", "velocity", ">tier<"),
        ("show=ours", "tier", "velocity"),
        ("show=hidden", "No word matches", "velocity"),
        ("q=zzz", "No word matches", "tier"),
    ):
        page = browser.get(f"{url}?{query}").content.decode()
        assert there in page
        assert gone not in page


def test_a_shipped_word_is_reworded_and_restored_on_its_page(
    product: Product, browser: Client
) -> None:
    def at(name: str) -> str:
        return reverse(name, args=[product.slug, "velocity"])

    said = {"meaning": "How fast we go", "forms": "", "side": "product"}
    assert browser.post(at("glossary_edit"), said).status_code == 302
    page = browser.get(at("glossary_term")).content.decode()
    assert "How fast we go" in page
    assert "As it is shipped" in page
    row = GlossaryTerm.objects.get(word="velocity")
    again = said | {"meaning": "How fast", "base_version": str(row.version), "reason": "Shorter"}
    assert browser.post(at("glossary_edit"), again).status_code == 302
    stale = said | {"meaning": "Mine", "base_version": str(row.version)}
    assert browser.post(at("glossary_edit"), stale).status_code == 409
    assert browser.post(at("glossary_restore"), {"reason": ""}).status_code == 302
    assert "As it is shipped" not in browser.get(at("glossary_term")).content.decode()
    assert browser.post(at("glossary_hide"), {"reason": ""}).status_code == 302
    assert "Not explained on pages" in browser.get(at("glossary_term")).content.decode()
    assert browser.post(at("glossary_show"), {"reason": ""}).status_code == 302


def test_a_new_word_is_shown_and_a_shipped_one_is_not_new(
    product: Product, browser: Client
) -> None:
    url = reverse("glossary_new", args=[product.slug])
    said = {"word": "tier", "meaning": "<b>How</b> often", "forms": "tiers", "side": ""}
    answer = browser.post(url, said)
    row = GlossaryTerm.objects.get(word="tier")
    assert answer.headers["Location"] == reverse(
        "glossary_term", args=[product.slug, str(row.public_id)]
    )
    assert "&lt;b&gt;How" in browser.get(answer.headers["Location"]).content.decode()
    refused = browser.post(url, said | {"word": "Velocity", "forms": ""})
    assert refused.status_code == 422
    assert "as it is shipped" in refused.content.decode()
    nowhere = reverse("glossary_term", args=[product.slug, "no-such-word"])
    assert browser.get(nowhere).status_code == 404


def test_many_words_take_no_more_queries(
    product: Product, cso: User, browser: Client, queries_of: QueriesOf
) -> None:
    url = reverse("glossary", args=[product.slug])
    write_term(product=product, by=cso, word="word 0", meaning="Something")
    few = queries_of(browser, url)
    for number in range(1, 12):
        write_term(product=product, by=cso, word=f"word {number}", meaning="Something")
    assert queries_of(browser, url) == few
