"""The glossary: what each side means by its words."""

from collections.abc import Callable, Iterable

from django.db.models import Model
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotModified
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from accounts.editing import Page, edit_page, form_page
from accounts.forms import EditForm
from accounts.history import history_asked
from audit.errors import NotPossible
from products.access import product_for, product_for_reading
from products.actions.glossary import edit_term, restore_shipped, set_explained, write_term
from products.facets import Facet, facet
from products.forms import SearchForm
from products.glossary import Term, glossary_of, mark_of, terms_json
from products.glossary.forms import ExplainedForm, NewTermForm, TermForm, values_of
from products.models import GlossaryTerm, Product
from products.permissions import Ability, Standing

form_methods = require_http_methods(["GET", "HEAD", "POST"])

#: What the list may be narrowed to: the value in the address, its label, and which words.
_NARROWED: dict[str, tuple[str, Callable[[Term], bool]]] = {
    "clinical": ("Clinical words", lambda term: term.is_explained and term.side == "clinical"),
    "product": ("Product words", lambda term: term.is_explained and term.side == "product"),
    "both": ("Used by both", lambda term: term.is_explained and not term.side),
    "ours": ("Ours, or reworded", lambda term: term.is_own or term.is_reworded),
    "hidden": ("Not explained", lambda term: not term.is_explained),
}


@require_safe
def glossary(request: HttpRequest, slug: str) -> HttpResponse:
    """The words of the product and of the application, narrowed as the address says."""
    standing = product_for_reading(request, slug)
    terms = glossary_of(standing.product)
    search = SearchForm(request.GET)
    words = search.cleaned_data["q"] if search.is_valid() else ""
    show = request.GET.get("show", "")
    context = {
        "heading": "Glossary",
        "trail": [("Glossary", "")],
        "terms": [term for term in terms if _is_asked_for(term, show) and _holds(term, words)],
        "facets": _facets(request, terms),
        "words": request.GET.get("q", ""),
        "problem": search.errors.get("q"),
        "is_filtered": bool(words or show in _NARROWED),
        "may_edit": standing.can(Ability.KEEP_GLOSSARY),
    }
    return render(request, "products/glossary/glossary.html", context)


@require_safe
def glossary_terms(request: HttpRequest, slug: str) -> HttpResponse:
    """The words as JSON, for the script that explains them; 304 while nothing was reworded."""
    standing = product_for_reading(request, slug)
    content = terms_json(glossary_of(standing.product))
    mark = mark_of(content)
    response: HttpResponse
    if request.headers.get("If-None-Match", "").removeprefix("W/") == mark:
        response = HttpResponseNotModified()
    else:
        response = HttpResponse(content, content_type="application/json")
    response["ETag"] = mark
    return response


@require_safe
def glossary_term(request: HttpRequest, slug: str, key: str) -> HttpResponse:
    """One word, with the shipped wording where the product has another, and its history."""
    standing = product_for_reading(request, slug)
    term = _term(standing, key)
    rows: dict[type[Model], list[int]] = {GlossaryTerm: [term.row.pk] if term.row else []}
    context = {
        "heading": term.word,
        "trail": [("Glossary", reverse("glossary", args=[slug])), (term.word, "")],
        "term": term,
        **history_asked(request, rows),
        "may_edit": standing.can(Ability.KEEP_GLOSSARY),
    }
    return render(request, "products/glossary/term.html", context)


@form_methods
def glossary_new(request: HttpRequest, slug: str) -> HttpResponse:
    """Explain a word that is not in the glossary."""
    standing = product_for(request, slug, Ability.KEEP_GLOSSARY)
    form = NewTermForm(request.POST if request.method == "POST" else None)
    page = Page(
        heading="Explain a word",
        submit="Put it into the glossary",
        done_url=reverse("glossary", args=[slug]),
        done="It is explained wherever it appears on this product.",
        intro="A word that one side uses and the other may take for something else.",
        trail=(("Glossary", reverse("glossary", args=[slug])),),
    )

    def save() -> str:
        word = form.cleaned_data["word"]
        _check_new(standing.product, word)
        written = write_term(
            product=standing.product,
            by=standing.person,
            word=word,
            reason=form.cleaned_data["reason"],
            **values_of(form),
        )
        found = next(t for t in glossary_of(standing.product) if t.row == written)
        return _url(slug, found)

    return form_page(request, form, page, save)


@form_methods
def glossary_edit(request: HttpRequest, slug: str, key: str) -> HttpResponse:
    """Explain a word in other words; the first time, a shipped one gets a row of the product's."""
    standing = product_for(request, slug, Ability.KEEP_GLOSSARY)
    term = _term(standing, key)
    initial = {"meaning": term.meaning, "forms": "\n".join(term.forms), "side": term.side}
    page = _page(slug, term, f"Explain “{term.word}”", "Save")
    row = term.row
    if row is not None:
        owned = row

        def save_again(form: EditForm) -> None:
            edit_term(
                term=owned,
                by=standing.person,
                changes=form.changes(),
                base_version=form.version_before,
                reason=form.why,
            )

        return edit_page(request, owned, make=TermForm, save=save_again, page=page, initial=initial)
    form = TermForm(request.POST if request.method == "POST" else None, initial=initial)

    def save() -> None:
        write_term(
            product=standing.product,
            by=standing.person,
            word=term.word,
            reason=form.why or f"Reworded “{term.word}”",
            **values_of(form),
        )

    return form_page(request, form, page, save)


@form_methods
def glossary_restore(request: HttpRequest, slug: str, key: str) -> HttpResponse:
    """Take the shipped wording back."""
    standing = product_for(request, slug, Ability.KEEP_GLOSSARY)
    term = _term(standing, key)
    row = _own_row(term)
    intro = f"It reads again: {term.shipped.meaning}" if term.shipped else ""
    page = _page(slug, term, f"Restore “{term.word}”", "Take the shipped wording back", intro=intro)
    form = ExplainedForm(request.POST if request.method == "POST" else None)

    def save() -> None:
        restore_shipped(term=row, by=standing.person, reason=form.cleaned_data["reason"])

    return form_page(request, form, page, save)


@form_methods
def glossary_hide(request: HttpRequest, slug: str, key: str) -> HttpResponse:
    """Explain a word no longer where it appears; it stays here, with its history."""
    standing = product_for(request, slug, Ability.KEEP_GLOSSARY)
    term = _term(standing, key)
    intro = "It is no longer marked on pages. It stays in the glossary under “Not explained”."
    page = _page(slug, term, f"Stop explaining “{term.word}”", "Stop explaining it", intro=intro)
    form = ExplainedForm(request.POST if request.method == "POST" else None)

    def save() -> None:
        why = form.cleaned_data["reason"]
        if term.row is not None:
            set_explained(term=term.row, by=standing.person, is_explained=False, reason=why)
            return
        write_term(
            product=standing.product,
            by=standing.person,
            word=term.word,
            meaning=term.meaning,
            forms="\n".join(term.forms),
            side=term.side,
            is_active=False,
            reason=why or f"No longer explained “{term.word}”",
        )

    return form_page(request, form, page, save)


@form_methods
def glossary_show(request: HttpRequest, slug: str, key: str) -> HttpResponse:
    """Explain a word again."""
    standing = product_for(request, slug, Ability.KEEP_GLOSSARY)
    term = _term(standing, key)
    row = _own_row(term)
    page = _page(slug, term, f"Explain “{term.word}” again", "Explain it again")
    form = ExplainedForm(request.POST if request.method == "POST" else None)

    def save() -> None:
        set_explained(
            term=row, by=standing.person, is_explained=True, reason=form.cleaned_data["reason"]
        )

    return form_page(request, form, page, save)


def _check_new(product: Product, word: str) -> None:
    """Refuse a new row of a shipped word here: it is reworded on its own page, with its meaning."""
    folded = " ".join(word.split()).casefold()
    for term in glossary_of(product):
        if term.word.casefold() == folded and term.row is None:
            raise NotPossible(
                f"“{term.word}” is in the glossary already, as it is shipped. Nothing was saved. "
                "Open it there and edit what it means here."
            )


def _term(standing: Standing, key: str) -> Term:
    found = next((term for term in glossary_of(standing.product) if term.key == key), None)
    if found is None:
        raise Http404
    return found


def _own_row(term: Term) -> GlossaryTerm:
    if term.row is None:
        raise Http404
    return term.row


def _is_asked_for(term: Term, show: str) -> bool:
    return _NARROWED[show][1](term) if show in _NARROWED else term.is_explained


def _holds(term: Term, words: str) -> bool:
    text = " ".join((term.word, *term.forms, term.meaning)).casefold()
    return all(word in text for word in words.casefold().split())


def _facets(request: HttpRequest, terms: Iterable[Term]) -> list[Facet]:
    every = list(terms)
    counts = {value: sum(map(is_one, every)) for value, (_, is_one) in _NARROWED.items()}
    return [
        facet(request.GET, "show", value, label=label, count=counts[value])
        for value, (label, _) in _NARROWED.items()
        if counts[value] or request.GET.get("show") == value
    ]


def _url(slug: str, term: Term) -> str:
    return reverse("glossary_term", args=[slug, term.key])


def _page(slug: str, term: Term, heading: str, submit: str, *, intro: str = "") -> Page:
    return Page(
        heading=heading,
        submit=submit,
        done_url=_url(slug, term),
        intro=intro,
        trail=(("Glossary", reverse("glossary", args=[slug])), (term.word, _url(slug, term))),
    )
