"""Each save leaves a row, its history and its ledger entry; whatever fails leaves nothing."""

import datetime
import json
from typing import Any

import pytest
from django.apps import apps
from django.core import serializers
from django.db import IntegrityError, connection
from django.db.models import F, Value
from django.db.models.functions import Now, Upper
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from audit import ledger
from audit.acts import act
from audit.bulk import record_many
from audit.canonical import canonical_json, row_values, sha256_of
from audit.errors import BadText, NotPossible, SideDoor
from audit.models import Entry
from audit.tracked import Records, Tracked, history_model_of
from products.models import Feature, IntendedUse, Organisation, Product, Release
from tests.audit.record import contents, entries_about, saved, versions_of


@pytest.fixture
def organisation(cso: User) -> Organisation:
    return saved(Organisation(name="Riverside Hospital"), cso, reason="It deploys the product")


def a_statement(product: Product, by: User, number: int = 7, **more: Any) -> IntendedUse:
    values: dict[str, Any] = {
        "purpose": "Repeat prescriptions",
        "stated_at": datetime.datetime(2026, 5, 3, 9, 30, tzinfo=datetime.UTC),
    }
    return IntendedUse(product=product, stated_by=by, number=number, **(values | more))


# --- What a save leaves ---------------------------------------------------------------------------


def test_a_new_row_leaves_one_version_and_one_entry(organisation: Organisation, cso: User) -> None:
    [version] = versions_of(organisation)
    [entry] = entries_about(organisation)
    assert version.history_type == entry.kind == "+"
    assert version.history_user == entry.person == cso
    assert version.history_change_reason == entry.reason == "It deploys the product"
    assert version.history_date == entry.at
    assert (version.version, version.name) == (1, "Riverside Hospital")
    assert (entry.table, entry.key) == (version._meta.db_table, str(version.pk))
    assert entry.label == "Riverside Hospital"


def test_a_change_leaves_another_version_and_another_entry(
    organisation: Organisation, engineer: User
) -> None:
    organisation.name = "Riverside NHS Trust"
    saved(organisation, engineer, reason="It was renamed")
    first, second = versions_of(organisation)
    assert (first.name, second.name) == ("Riverside Hospital", "Riverside NHS Trust")
    assert (second.version, second.history_type) == (2, "~")
    assert second.history_user == engineer
    _, entry = entries_about(organisation)
    assert (entry.kind, entry.person, entry.reason) == ("~", engineer, "It was renamed")
    assert Organisation.objects.get(pk=organisation.pk).version == 2


def test_a_fact_leaves_one_entry(product: Product, cso: User) -> None:
    statement = saved(a_statement(product, cso), cso, scope=product.scope)
    [entry] = entries_about(statement)
    assert (entry.table, entry.key) == (statement._meta.db_table, str(statement.pk))
    assert (entry.kind, entry.scope) == ("+", product.scope)


def stored_again(entry: Entry) -> str:
    """The canonical text of the row that an entry vouches for, read from the database."""
    model: Any = next(each for each in apps.get_models() if each._meta.db_table == entry.table)
    return canonical_json(row_values(model.objects.get(pk=entry.key)))


def test_every_entry_vouches_for_its_row_as_it_is_stored(product: Product, cso: User) -> None:
    saved(a_statement(product, cso), cso)
    for entry in Entry.objects.all():
        assert entry.row == stored_again(entry)
        assert entry.sha256 == sha256_of(entry.row)


def test_every_version_and_every_fact_has_its_entry(product: Product, cso: User) -> None:
    saved(a_statement(product, cso), cso)
    for model in apps.get_models():
        if issubclass(model, Tracked):
            history = history_model_of(model)
            for key in history._default_manager.values_list("pk", flat=True):
                assert Entry.objects.filter(table=history._meta.db_table, key=key).count() == 1
    assert Entry.objects.filter(table=IntendedUse._meta.db_table).count() == 1


def test_values_in_other_clothes_are_recorded_as_they_are_stored(
    product: Product, cso: User
) -> None:
    """A number or a date that comes as text is stored as what it is; the entry must say so."""
    yes: Any = 1
    summer = datetime.timezone(datetime.timedelta(hours=1))
    rows: list[Any] = [
        Feature(product_id=str(product.pk), reference="F9", number="9", title="x", is_active=yes),
        Release(product=product, label="3.0.0", position="30", planned_on="2026-05-03"),
        a_statement(product, cso, stated_at=datetime.datetime(2026, 5, 3, 12, tzinfo=summer)),
    ]
    for row in rows:
        saved(row, cso)
        [entry] = entries_about(row)
        assert entry.row == stored_again(entry)
    with act(by=cso, reason="In bulk"):
        record_many([Release(product=product, label="4", position="40", planned_on="2027-05-03")])
    [entry] = entries_about(Release.objects.get(label="4"))
    assert entry.row == stored_again(entry)


def test_an_entry_names_the_fields(organisation: Organisation) -> None:
    [entry] = entries_about(organisation)
    [version] = versions_of(organisation)
    assert json.loads(entry.row).keys() == {
        field.attname for field in version._meta.concrete_fields
    }


# --- Whatever fails leaves everything as it was ---------------------------------------------------


class Broken(Exception):
    """The ledger, or the history, cannot be written."""


def refuse(*args: object, **kwargs: object) -> None:
    raise Broken


#: What stops working, and the name by which it is called.
PARTS = [(ledger, "enter"), (Records, "create_historical_record")]


@pytest.mark.parametrize("part", PARTS, ids=["ledger", "history"])
def test_a_save_whose_record_fails_saves_nothing(
    organisation: Organisation, cso: User, monkeypatch: pytest.MonkeyPatch, part: tuple[Any, str]
) -> None:
    changed = Organisation.objects.get(pk=organisation.pk)
    changed.name = "Changed"
    monkeypatch.setattr(*part, refuse)
    before = contents()
    for row in (Organisation(name="New"), changed):
        with act(by=cso, reason="It will fail"), pytest.raises(Broken):
            row.save()
        assert contents() == before
        with pytest.raises(Broken):
            saved(row, cso)
        assert contents() == before


def test_a_fact_whose_entry_fails_is_not_saved(
    product: Product, cso: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    statement = a_statement(product, cso)
    monkeypatch.setattr(ledger, "enter", refuse)
    before = contents()
    with act(by=cso, reason="It will fail"), pytest.raises(Broken):
        statement.save()
    assert contents() == before


@pytest.mark.parametrize("kind", ["tracked rows", "facts"])
def test_many_rows_whose_entries_fail_are_not_saved(
    product: Product, cso: User, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    rows: list[Any] = (
        [Organisation(name=f"Hospital {n}") for n in range(5)]
        if kind == "tracked rows"
        else [a_statement(product, cso, number) for number in range(5)]
    )
    monkeypatch.setattr(ledger, "enter", refuse)
    before = contents()
    with act(by=cso, reason="It will fail"), pytest.raises(Broken):
        record_many(rows)
    assert contents() == before


def test_a_row_that_failed_once_can_be_saved_again(
    organisation: Organisation, cso: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    new = Organisation(name="New")
    organisation.name = "Changed"
    with monkeypatch.context() as broken:
        broken.setattr(ledger, "enter", refuse)
        for row in (new, organisation):
            with pytest.raises(Broken):
                saved(row, cso)
    for row, version in ((new, 1), (organisation, 2)):
        saved(row, cso)
        assert [each.version for each in versions_of(row)] == list(range(1, version + 1))
        assert len(entries_about(row)) == version


def test_without_history_nothing_is_saved(
    organisation: Organisation, cso: User, settings: Any
) -> None:
    settings.SIMPLE_HISTORY_ENABLED = False
    before = contents()
    with pytest.raises(SideDoor):
        saved(Organisation(name="New"), cso)
    organisation.name = "Changed"
    with pytest.raises(SideDoor):
        saved(organisation, cso)
    assert contents() == before


def test_the_ways_round_history_that_the_library_offers_are_shut(
    organisation: Organisation, cso: User
) -> None:
    before = contents()
    organisation.name = "Changed"
    with act(by=cso, reason="Round the history"), pytest.raises(SideDoor):
        organisation.save_without_historical_record()  # type: ignore[attr-defined]
    organisation.skip_history_when_saving = True  # type: ignore[attr-defined]
    with act(by=cso, reason="Round the history"), pytest.raises(SideDoor):
        organisation.save()
    assert contents() == before


# --- What is refused before anything is written ---------------------------------------------------


@pytest.mark.parametrize("expression", [F("slug"), Upper("name"), Value("x"), Now()], ids=repr)
def test_an_expression_is_refused_before_anything_is_written(
    organisation: Organisation, cso: User, expression: Any
) -> None:
    organisation.name = expression
    with act(by=cso, reason="By an expression"), CaptureQueriesContext(connection) as queries:
        for row in (organisation, Organisation(name=expression)):
            with pytest.raises(SideDoor, match="expression"):
                row.save()
        with pytest.raises(SideDoor, match="expression"):
            record_many([Organisation(name=expression)])
    assert len(queries) == 0


def test_a_fact_made_of_an_expression_is_refused(product: Product, cso: User) -> None:
    statement = a_statement(product, cso, purpose=Value("x"))
    with act(by=cso, reason="By an expression"), pytest.raises(SideDoor, match="expression"):
        statement.save()


def test_a_save_that_changes_nothing_writes_nothing(organisation: Organisation, cso: User) -> None:
    before = contents()
    again = Organisation.objects.get(pk=organisation.pk)
    saved(organisation, cso)
    saved(again, cso)
    again.name = "Something else"
    again.name = "Riverside Hospital"
    saved(again, cso)
    assert contents() == before
    assert again.version == 1


def test_a_value_in_other_clothes_is_no_change(product: Product, cso: User) -> None:
    release = saved(Release(product=product, label="3", position=30, planned_on=None), cso)
    release.planned_on = datetime.date(2026, 5, 3)
    saved(release, cso)
    before = contents()
    again: Any = Release.objects.get(pk=release.pk)
    again.planned_on, again.position = "2026-05-03", "30"
    saved(again, cso)
    assert contents() == before


def test_a_stale_save_is_refused(organisation: Organisation, cso: User, engineer: User) -> None:
    mine, theirs = (Organisation.objects.get(pk=organisation.pk) for _ in range(2))
    theirs.name = "Theirs"
    saved(theirs, engineer)
    mine.kind = "deploying"
    before = contents()
    with pytest.raises(NotPossible, match="Somebody else saved this"):
        saved(mine, cso)
    assert contents() == before
    mine.refresh_from_db()
    mine.kind = "deploying"
    saved(mine, cso)
    now = Organisation.objects.get(pk=organisation.pk)
    assert (now.name, now.kind, now.version) == ("Theirs", "deploying", 3)


def test_a_refreshed_row_knows_what_it_was_refreshed_to(
    organisation: Organisation, cso: User
) -> None:
    other = Organisation.objects.get(pk=organisation.pk)
    other.name = "Renamed"
    saved(other, cso)
    organisation.refresh_from_db()
    assert organisation.changed_fields() == []
    organisation.name = "Riverside Hospital"
    saved(organisation, cso)
    assert Organisation.objects.get(pk=organisation.pk).name == "Riverside Hospital"
    assert [each.version for each in versions_of(organisation)] == [1, 2, 3]


def test_refreshing_one_field_does_not_hide_a_change_of_another(
    organisation: Organisation, cso: User
) -> None:
    organisation.name = "Changed here"
    organisation.refresh_from_db(fields=["kind"])
    saved(organisation, cso)
    assert Organisation.objects.get(pk=organisation.pk).name == "Changed here"


@pytest.mark.parametrize(
    "how", [{"update_fields": ["name"]}, {"force_update": True}, {"update_fields": []}], ids=str
)
def test_a_save_of_some_fields_is_refused(
    organisation: Organisation, cso: User, how: dict[str, Any]
) -> None:
    organisation.name = "Changed"
    before = contents()
    with act(by=cso, reason="In part"), pytest.raises(SideDoor):
        organisation.save(**how)
    assert contents() == before


def test_a_row_loaded_in_part_is_not_saved(organisation: Organisation, cso: User) -> None:
    part = Organisation.objects.only("name").get(pk=organisation.pk)
    part.name = "Changed"
    before = contents()
    with pytest.raises(SideDoor, match="in part"):
        saved(part, cso)
    assert contents() == before


def test_a_new_row_never_overwrites_one_that_stands(
    product: Product, organisation: Organisation, cso: User
) -> None:
    statement = saved(a_statement(product, cso), cso)
    before = contents()
    for forged in (
        Organisation(pk=organisation.pk, name="Forged"),
        versions_of(organisation)[0].instance,
        a_statement(product, cso, pk=statement.pk, purpose="Forged"),
    ):
        with pytest.raises(IntegrityError):
            saved(forged, cso)
        assert contents() == before


def test_a_fact_is_written_once(product: Product, cso: User) -> None:
    statement = saved(a_statement(product, cso), cso)
    before = contents()
    statement.purpose = "Something else"
    for row in (statement, IntendedUse.objects.get(pk=statement.pk)):
        with pytest.raises(SideDoor, match="never changes"):
            saved(row, cso)
    assert contents() == before


@pytest.mark.parametrize("form", ["json", "xml"])
def test_a_fixture_file_does_not_load_round_the_record(
    product: Product, organisation: Organisation, cso: User, form: str
) -> None:
    statement = saved(a_statement(product, cso), cso)
    [version] = versions_of(organisation)
    entry = entries_about(organisation)[0]
    before = contents()
    for row in (organisation, statement, version, entry):
        text = serializers.serialize(form, [row])
        [loaded] = serializers.deserialize(form, text)
        for key in (row.pk, None):
            loaded.object.pk = key
            with act(by=cso, reason="loaddata"), pytest.raises(SideDoor):
                loaded.save()
    assert contents() == before


BAD_TEXTS = ["NUL \x00 inside", "half \udc00 of a pair", "other half \ud83d", "x" * 201]


@pytest.mark.parametrize("text", BAD_TEXTS, ids=["nul", "low half", "high half", "too long"])
def test_text_that_cannot_be_stored_is_refused_with_the_name_of_its_field(
    product: Product, organisation: Organisation, cso: User, text: str
) -> None:
    before = contents()
    organisation.name = text
    for row in (organisation, Organisation(name=text)):
        with pytest.raises(BadText, match=r"^Name h.*Nothing was saved"):
            saved(row, cso)
    with pytest.raises(BadText, match=r"^Purpose h"):
        saved(a_statement(product, cso, purpose=text * 50), cso)
    with act(by=cso, reason="In bulk"), pytest.raises(BadText, match=r"^Name h"):
        record_many([Organisation(name="Good"), Organisation(name=text)])
    assert contents() == before


def test_text_that_just_fits_is_kept_to_its_last_character(cso: User) -> None:
    name = "\U0001f48a" * 200
    organisation = saved(Organisation(name=name), cso)
    assert Organisation.objects.get(pk=organisation.pk).name == name


# --- Many at once ---------------------------------------------------------------------------------


def test_many_rows_are_recorded_each(cso: User) -> None:
    rows = [Organisation(name=f"Hospital {n}") for n in range(450)]
    with act(by=cso, reason="Imported the hospitals", scope="here") as imported:
        record_many(rows)
    assert Organisation.objects.filter(name__startswith="Hospital").count() == 450
    for row in (rows[0], rows[199], rows[200], rows[449]):
        [version] = versions_of(row)
        [entry] = entries_about(row)
        assert (version.name, version.version, version.history_type) == (row.name, 1, "+")
        assert version.history_user == entry.person == cso
        assert version.history_change_reason == entry.reason == "Imported the hospitals"
        assert version.history_date == entry.at == imported.at
        assert (entry.act, entry.scope, entry.key) == (imported.id, "here", str(version.pk))
        assert entry.row == stored_again(entry)


def test_rows_recorded_together_can_be_changed_afterwards(cso: User) -> None:
    row = Organisation(name="Hospital")
    with act(by=cso, reason="One act"):
        record_many([row])
        row.name = "Renamed"
        row.save()
    first, second = versions_of(row)
    assert (first.name, second.name, second.version) == ("Hospital", "Renamed", 2)
    assert first.history_date < second.history_date


def test_many_facts_are_recorded_each(product: Product, cso: User) -> None:
    rows = [a_statement(product, cso, number) for number in range(3)]
    with act(by=cso, reason="Imported"):
        record_many(rows)
    for row in rows:
        [entry] = entries_about(row)
        assert entry.row == stored_again(entry)


def test_recording_no_rows_writes_nothing(cso: User) -> None:
    before = contents()
    with act(by=cso, reason="Nothing to do"):
        record_many([])
    assert contents() == before


def test_only_new_rows_of_one_model_are_recorded_together(
    product: Product, organisation: Organisation, cso: User
) -> None:
    before = contents()
    mixed: list[Any] = [Organisation(name="New"), Release(product=product, label="3", position=30)]
    for rows in (mixed, [Organisation(name="New"), organisation]):
        with act(by=cso, reason="Mixed"), pytest.raises(SideDoor):
            record_many(rows)
    assert contents() == before


def test_one_row_that_does_not_fit_takes_all_back(cso: User) -> None:
    before = contents()
    names = [f"Hospital {n}" for n in range(250)]
    rows = [Organisation(name=name) for name in (*names, "Hospital 3")]
    with act(by=cso, reason="One is there twice"), pytest.raises(IntegrityError):
        record_many(rows)
    assert contents() == before
