"""The history of a product: every act, by whom, on what, in the old and the new words, and why."""

import datetime
from typing import Any
from unittest import mock

import pytest
from django.apps import apps
from django.test import Client
from django.urls import NoReverseMatch, reverse
from django.utils import timezone

from accounts.models import User
from audit.access_events import record_access
from audit.acts import act
from audit.append_only import AppendOnly
from audit.models import AccessEvent, Entry
from audit.tracked import Tracked
from hazards.actions.hazards import edit_hazard
from hazards.choices import EvidenceOf
from hazards.matrix_reading import read_matrix
from hazards.models import Hazard
from hazards.queries import current_matrix
from products.actions import edit_feature
from products.choices import Role
from products.models import Product
from safetycase.history import reading as history_reading
from safetycase.history.filter import HistoryFilter, RecordKind, entries_of, kind_of, models_about
from safetycase.history.links import PAGES
from safetycase.history.reading import history_of
from tests.factories import join, make_feature, make_person, make_release
from tests.hazards.factories import (
    a_cause,
    a_control,
    a_hazard,
    a_live_hazard,
    an_assumption,
    an_estimate,
    passed_evidence,
    set_class,
)
from tests.people import ClientOf, QueriesOf
from tests.safetycase.factories import a_report_to_freeze, an_issued_version


def address(product: Product, **asked: object) -> str:
    query = "&".join(f"{name}={value}" for name, value in asked.items())
    return f"{reverse('product_history', args=[product.slug])}?{query}"


def shown(client: Client, product: Product, **asked: object) -> str:
    answer = client.get(address(product, **asked))
    assert answer.status_code == 200
    return answer.content.decode()


def reasons(product: Product, **asked: Any) -> list[str]:
    return [each.reason for each in history_of(product, HistoryFilter(**asked)).acts]


@pytest.fixture
def furnished(product: Product, cso: User, engineer: User) -> Product:
    """One of everything that people work on."""
    hazard = a_live_hazard(product, cso)
    a_cause(hazard, engineer)
    control = a_control(hazard, engineer)
    an_estimate(hazard, cso)
    an_assumption(product, cso, hazard=hazard)
    release = make_release(product)
    make_feature(product)
    passed_evidence(control, cso, release, EvidenceOf.EFFECTIVENESS)
    return product


# --- What stands there ----------------------------------------------------------------------------


def test_an_act_says_who_when_what_and_why(
    product: Product, cso: User, client_of: ClientOf
) -> None:
    feature = make_feature(product, "Monthly reissue")
    edit_feature(
        feature=feature, by=cso, changes={"title": "Yearly reissue"}, reason="One review a year"
    )
    page = shown(client_of(cso), product)
    assert "Clara Officer" in page
    assert "“One review a year”" in page
    assert f'href="{reverse("feature_detail", args=[product.slug, "FEAT-1"])}"' in page
    assert "<del><span" in page
    assert "Monthly" in page
    assert f"{timezone.localtime():%-d %B %Y}" in page


def test_everybody_on_the_team_reads_it_and_nobody_else(
    product: Product, auditor: User, executive: User, stranger: User, client_of: ClientOf
) -> None:
    for person in (auditor, executive):
        assert client_of(person).get(address(product)).status_code == 200
    assert client_of(stranger).get(address(product)).status_code == 404


def test_another_products_history_is_not_shown(
    product: Product, other_product: Product, stranger: User
) -> None:
    a_hazard(other_product, stranger, "Of the night ward")
    scopes = set(entries_of(product, HistoryFilter()).values_list("scope", flat=True))
    assert scopes == {product.scope}


def test_things_lead_to_their_pages(furnished: Product, cso: User) -> None:
    urls = {
        change.model: change.url
        for each in history_of(furnished, HistoryFilter()).acts
        for change in each.changes
    }
    parts_of = {
        change.model: change.of
        for each in history_of(furnished, HistoryFilter()).acts
        for change in each.changes
    }
    hazard = reverse("hazard_detail", args=[furnished.slug, "HAZ-001"])
    assert parts_of["hazards.estimate"] == parts_of["hazards.cause"] == "HAZ-001"
    assert parts_of["hazards.controllink"] == "CTL-001, HAZ-001"
    assert parts_of["hazards.evidencelink"] == "CTL-001"
    for label in ("hazard", "harm", "cause", "estimate", "assumption", "controllink", "evidence"):
        assert urls[f"hazards.{label}"] == hazard, label
    assert urls["hazards.control"] == f"{hazard}#control-CTL-001"
    assert urls["products.release"] == reverse("release_detail", args=[furnished.slug, "1.0.0"])
    assert urls["products.membership"] == reverse("team", args=[furnished.slug])
    matrix = reverse("risk_matrix_version", args=[furnished.slug, 1])
    assert urls["hazards.matrixversion"] == urls["hazards.severitylevel"] == matrix


def test_a_square_of_the_matrix_is_told_by_its_words(product: Product, cso: User) -> None:
    draft = current_matrix(product)
    assert draft is not None
    set_class(read_matrix(draft), cso, "Major", "Low", 4)
    [square] = history_of(product, HistoryFilter()).acts[0].changes
    assert (square.subject, square.of) == ("square", "Major, Low")
    assert square.url == reverse("risk_matrix_version", args=[product.slug, 1])
    assert [(each.label, each.old, each.new) for each in square.fields] == [
        ("Risk class", "class 3", "class 4")
    ]


def test_every_link_leads_somewhere(furnished: Product, cso: User, client_of: ClientOf) -> None:
    client = client_of(cso)
    urls = {
        change.url
        for each in history_of(furnished, HistoryFilter()).acts
        for change in each.changes
        if change.url
    }
    assert len(urls) > 5
    assert {url: client.get(url).status_code for url in urls} == dict.fromkeys(urls, 200)


def test_versions_plans_and_signatures_lead_to_their_pages(
    product: Product, cso: User, clinician: User, executive: User, client_of: ClientOf
) -> None:
    a_report_to_freeze(product, cso, executive)
    an_issued_version(product, cso, clinician, cso, executive)
    urls = {
        change.model: change.url
        for kind in (RecordKind.PLAN, RecordKind.SIGN_OFFS, RecordKind.REPORT)
        for each in history_of(product, HistoryFilter(kind=kind)).acts
        for change in each.changes
        if change.url
    }
    client = client_of(cso)
    for label in ("hazards.plan", "reviews.signoff", "safetycase.baseline", "safetycase.issue"):
        assert client.get(urls[label], follow=True).status_code == 200, label


def test_the_table_of_pages_names_what_is_there() -> None:
    for label, page in PAGES.items():
        apps.get_model(label)
        for given in ([], ["x"], [1], ["8c2b6b5e-62a5-4a4e-9f38-0d8b6f7c1b11"]):
            try:
                reverse(page.name, args=["slug", *given])
            except NoReverseMatch:
                continue
            break
        else:
            pytest.fail(page.name)


def test_downloads_are_there_without_the_word_added(
    product: Product, cso: User, client_of: ClientOf
) -> None:
    record_access(
        kind=AccessEvent.Kind.DOWNLOADED, by=cso, what="evidence file a.pdf", scope=product.scope
    )
    page = shown(client_of(cso), product, kind="access")
    assert "Downloaded: evidence file a.pdf" in page
    assert "added" not in page


def test_a_download_is_no_recent_change(product: Product, cso: User, client_of: ClientOf) -> None:
    a_hazard(product, cso)
    record_access(kind=AccessEvent.Kind.DOWNLOADED, by=cso, what="a.pdf", scope=product.scope)
    home = client_of(cso).get(reverse("product_home", args=[product.slug])).content.decode()
    assert "Downloaded" not in home


# --- Filters --------------------------------------------------------------------------------------


def test_by_person(furnished: Product, engineer: User, client_of: ClientOf) -> None:
    assert set(reasons(furnished, person=engineer.pk)) == {"Added a cause", "Added a control"}
    page = shown(client_of(engineer), furnished, person=engineer.pk)
    assert f'<option value="{engineer.pk}" selected>Ed Engineer</option>' in page


def test_whoever_acted_can_be_chosen_also_when_they_left(
    product: Product, administrator: User, cso: User, stranger: User, client_of: ClientOf
) -> None:
    page = shown(client_of(cso), product)
    assert "Stan Stranger" not in page
    assert "Ada Administrator" not in page, "she did nothing here"
    join(product, make_person("Gone Since"), Role.AUDITOR, ends_on=datetime.date(2024, 2, 1))
    edit_feature(
        feature=make_feature(product), by=cso, changes={"title": "Another"}, reason="Better"
    )
    assert "Gone Since" in shown(client_of(cso), product)


def test_by_kind(furnished: Product) -> None:
    assert reasons(furnished, kind=RecordKind.CONTROLS) == ["Added a control"]
    assert reasons(furnished, kind=RecordKind.ESTIMATES) == ["Estimated the initial risk"]
    assert (
        reasons(furnished, kind=RecordKind.FEATURES)[0] == "Added the feature Yearly prescription"
    )
    assert reasons(furnished, kind=RecordKind.SIGN_OFFS) == []


def test_every_model_of_the_record_is_of_one_kind() -> None:
    recorded = [each for each in apps.get_models() if issubclass(each, Tracked | AppendOnly)]
    of_kinds = [label for kind in RecordKind for label in models_about(kind)]
    assert sorted(of_kinds) == sorted(each._meta.label_lower for each in recorded)
    assert kind_of("hazards.hazard") is RecordKind.HAZARDS


def test_by_day_of_the_sites_own_zone(product: Product, cso: User) -> None:
    a_hazard(product, cso)
    today = timezone.localdate()
    day = datetime.timedelta(days=1)
    assert reasons(product, since=today, until=today)
    assert reasons(product, since=today - day)
    assert not reasons(product, until=today - day)
    assert not reasons(product, since=today + day)


@pytest.mark.parametrize(
    ("day", "counts"),
    [("2026-07-01", True), ("2026-06-30", False)],  # 23:30 UTC is half past midnight in London
)
def test_midnight_is_london_s(product: Product, cso: User, day: str, counts: bool) -> None:
    moment = datetime.datetime(2026, 6, 30, 23, 30, tzinfo=datetime.UTC)
    with act(by=cso, reason="Worked late", scope=product.scope) as under_way:
        under_way.at = moment
        a_hazard(product, cso)
    on = datetime.date.fromisoformat(day)
    assert bool(reasons(product, since=on, until=on)) is counts


def test_by_words_in_reason_and_name(furnished: Product) -> None:
    assert reasons(furnished, words="reviews every prescription control")
    assert reasons(furnished, words="ESTIMATED") == ["Estimated the initial risk"]
    assert not reasons(furnished, words="nobody said this")


def test_filters_add_up(furnished: Product, engineer: User) -> None:
    assert reasons(furnished, person=engineer.pk, kind=RecordKind.CONTROLS) == ["Added a control"]


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        ({"since": "yesterday"}, "This is not a date."),
        ({"since": "0001-01-01"}, "Choose a day between 1900 and 2199."),
        ({"until": "9999-12-31"}, "Choose a day between 1900 and 2199."),
        ({"since": "2026-05-03", "until": "2026-05-02"}, "This day is before the first one."),
        ({"person": "999999"}, "Nobody of this product"),
        ({"person": "9" * 40}, "Nobody of this product"),
        ({"person": "²"}, "Nobody of this product"),
        ({"kind": "nonsense"}, "There is no such kind of thing."),
        ({"act": "nonsense"}, "No act has this number."),
        ({"q": "a%00b"}, "cannot be stored"),
        ({"q": "x" * 201}, "201 characters"),
    ],
)
def test_what_is_not_understood_is_said_and_filters_nothing(
    product: Product, cso: User, client_of: ClientOf, asked: dict[str, str], sentence: str
) -> None:
    a_hazard(product, cso)
    page = shown(client_of(cso), product, **asked)
    assert sentence in page
    assert "HAZ-001" in page


def test_nothing_found_says_what_to_do(product: Product, cso: User, client_of: ClientOf) -> None:
    page = shown(client_of(cso), product, q="nobody+said+this")
    assert "Nothing fits" in page
    assert "Show all" in page
    assert "Nothing is older" in shown(client_of(cso), product, before="1")


# --- Pages ----------------------------------------------------------------------------------------


def many_acts(product: Product, by: User, count: int) -> None:
    feature = make_feature(product)
    for number in range(count):
        edit_feature(feature=feature, by=by, changes={"title": f"Title {number}"}, reason="Again")


def walk(product: Product, **asked: Any) -> list[list[str]]:
    pages, before = [], None
    while True:
        page = history_of(product, HistoryFilter(**asked), before)
        pages.append([each.id for each in page.acts])
        before = page.earlier
        if before is None:
            return pages


def test_every_act_comes_once(product: Product, cso: User) -> None:
    many_acts(product, cso, 70)
    pages = walk(product)
    acts = [act for page in pages for act in page]
    assert (
        len(acts)
        == len(set(acts))
        == entries_of(product, HistoryFilter()).values("act").distinct().count()
    )
    assert [len(page) for page in pages[:2]] == [30, 30]


def large_act(product: Product, by: User, count: int = 40) -> str:
    with act(by=by, reason="Imported a log", scope=product.scope) as under_way:
        for number in range(count):
            a_hazard(product, by, f"Hazard {number}")
    return str(under_way.id)


def test_a_large_act_is_shown_by_its_beginning_and_leads_to_the_rest(
    product: Product, cso: User, client_of: ClientOf
) -> None:
    make_feature(product)
    key = large_act(product, cso)
    make_feature(product, "Another")
    page = history_of(product, HistoryFilter())
    assert [each.reason for each in page.acts[:3]] == [
        "Added the feature Another",
        "Imported a log",
        "Added the feature Yearly prescription",
    ]
    large = page.acts[1]
    assert [change.subject for change in large.changes][:2] == [
        "Hazard HAZ-001",
        "Hazard HAZ-002",
    ]
    assert len(large.changes) == history_reading.SHOWN_OF_ACT
    assert (large.all_url, large.all_words) == (f"?act={key}", "All 40 entries of this act")
    whole = shown(client_of(cso), product, act=key)
    assert "HAZ-040" in whole
    assert "FEAT-1" not in whole


def test_a_page_ends_before_an_act_that_it_could_not_show(product: Product, cso: User) -> None:
    with mock.patch.multiple(history_reading, ENOUGH_SHOWN=3, SHOWN_OF_ACT=2):
        many_acts(product, cso, 6)
        large_act(product, cso, 9)
        pages = walk(product)
        acts = [each for page in pages for each in page]
    assert len(acts) == len(set(acts))
    assert len(pages) > 3


def test_an_act_beyond_what_is_looked_at_goes_on_on_the_next_page(
    product: Product, cso: User
) -> None:
    large_act(product, cso, 20)
    with mock.patch.multiple(history_reading, LOOKED_AT=12):
        first = history_of(product, HistoryFilter())
        assert first.acts[0].all_words == ""
        second = history_of(product, HistoryFilter(), first.earlier)
    assert second.acts[0].id == first.acts[0].id
    with mock.patch.multiple(history_reading, LOOKED_AT=16):
        [imported] = history_of(product, HistoryFilter()).acts
    assert imported.all_words == "All 16 or more entries of this act"


def test_an_act_that_begins_with_bookkeeping_is_not_lost(product: Product, cso: User) -> None:
    hazard = a_hazard(product, cso)
    with act(by=cso, reason="Raised it only", scope=product.scope):
        row = Hazard.objects.select_for_update().get(pk=hazard.pk)
        row.content_version += 1
        row.save()
    assert reasons(product)[0] != "Raised it only", "nothing to be seen in it"
    with act(by=cso, reason="Raised it, and much more", scope=product.scope):
        for _ in range(30):
            row.content_version += 1
            row.save()
        edit_hazard(hazard=hazard, by=cso, changes={"name": "Renamed"})
    newest = history_of(product, HistoryFilter()).acts[0]
    assert (newest.reason, newest.changes) == ("Raised it, and much more", [])
    assert newest.all_words == "All 31 entries of this act"


def test_bookkeeping_leaves_no_holes_in_what_is_shown_of_hazards(
    product: Product, cso: User
) -> None:
    hazard = a_live_hazard(product, cso)
    for number in range(12):
        a_control(hazard, cso)
        edit_hazard(hazard=hazard, by=cso, changes={"name": f"Name {number}"}, reason="Renamed")
    with mock.patch.multiple(history_reading, MOST_ACTS=5):
        first = history_of(product, HistoryFilter(kind=RecordKind.HAZARDS))
        second = history_of(product, HistoryFilter(kind=RecordKind.HAZARDS), first.earlier)
    for page, numbers in ((first, range(11, 6, -1)), (second, range(6, 1, -1))):
        assert [act.changes[0].fields[0].new for act in page.acts] == [
            f"Name {number}" for number in numbers
        ]


def test_earlier_and_newest_are_a_link_away(
    product: Product, cso: User, client_of: ClientOf
) -> None:
    many_acts(product, cso, 40)
    client = client_of(cso)
    last = Entry.objects.filter(scope=product.scope).order_by("-pk")[29]
    page = shown(client, product)
    assert f'href="?before={last.pk}"' in page
    assert "Back to the newest" in shown(client, product, before=last.pk)
    filtered = shown(client, product, q="Again")
    assert f"?q=Again&amp;before={last.pk}" in filtered


def test_the_page_does_not_grow_in_queries(
    product: Product, cso: User, client_of: ClientOf, queries_of: QueriesOf
) -> None:
    client = client_of(cso)

    def grow(count: int) -> None:
        for _ in range(count):
            hazard = a_live_hazard(product, cso)
            control = a_control(hazard, cso)
            a_cause(hazard, cso)
            edit_hazard(hazard=hazard, by=cso, changes={"name": f"Hazard {control.reference}"})

    grow(10)
    first = queries_of(client, address(product, person=cso.pk))
    grow(30)
    assert queries_of(client, address(product, person=cso.pk)) == first
    assert first < 20
