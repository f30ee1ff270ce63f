"""Every write is an action: who, why, all or nothing, and the record of it."""

import importlib
import inspect
from collections.abc import Callable
from typing import Any

import pytest
from django.apps import apps
from django.db import models, transaction

from accounts.actions import system_person
from accounts.models import User
from audit import ledger
from audit.errors import NotAllowed
from audit.guards import HistoryRow
from audit.models import Entry
from hazards.models import Hazard
from products.models import Product
from products.permissions import Ability
from tests.audit.record import Contents, contents
from tests.laws import parts
from tests.laws.every_action import READY, Call, World
from tests.laws.source import ROOT, packages
from tests.laws.test_who_may import MAY, everybody

__all__ = ["everybody"]

REASON = "Because the ward asked for it"

#: Public functions beside the actions that are none, with what they are.
NO_ACTIONS = {
    "accounts.notifications.tell": "a part of actions, and of a worker that ends a job",
    "accounts.invitations.token_hash": "how a token is stored",
    "accounts.invitations.open_invitation": "reads",
    "accounts.sign_in.check_password_strength": "a check",
    "hazards.checks.check_one_in_the_log": "a check",
    "hazards.checks.check_values": "a check",
    "hazards.checks.lock_controls": "takes locks, and writes nothing",
    "hazards.estimates.show_worst": "a part of actions, on a hazard that they lock and save",
    "hazards.evidence.check_consistent": "a check",
    "hazards.evidence.controls_with": "reads",
    "hazards.evidence.heed_evidence": "a part of actions, on controls that they lock",
    "products.team.check_may_give": "a check",
    "reviews.plans.of_class": "names a field",
    "reviews.signing.check_seen": "a check",
    "reviews.signing.role_among": "a check",
    "reviews.signing.write_rejection": "a part of actions, which ask who may",
    "reviews.signing.write_sign_offs": "a part of actions, which ask who may",
    **parts.table("NO_ACTIONS"),
}

#: Actions with nobody behind them, with the reason.
WITHOUT_BY = {
    "accounts.people.system_person": "makes the person that commands act as",
    "accounts.invitations.accept_invitation": "whoever holds the link; nobody is signed in",
    "products.jobs.start_job": "the worker, on somebody's job",
    "products.jobs.job_progress": "the worker, on somebody's job",
    "products.jobs.finish_job": "the worker, on somebody's job",
    "products.jobs.fail_job": "the worker, on somebody's job",
    **parts.table("WITHOUT_BY"),
}

#: Actions that take no reason, with why they need none.
WITHOUT_REASON = {
    **WITHOUT_BY,
    "accounts.sign_in.give_password": "a credential of a command",
    "accounts.invitations.invite_person": "a credential; who was added and why is in the record",
    "accounts.invitations.send_invitation": "a credential; the role and its reason are recorded",
    "accounts.invitations.withdraw_invitation": "a credential",
    "accounts.invitations.withdraw_open_invitation": "a credential",
    "accounts.notifications.mark_read": "what one has read of the bell is no record",
    "accounts.notifications.mark_all_read": "what one has read of the bell is no record",
    "products.team.resend_invitation": "a credential; the role and its reason are recorded",
    "products.team.withdraw_team_invitation": "a credential; the role stays",
    "products.jobs.request_job": "the action that the job runs has its own",
    "hazards.hazards.keep_imported_status": "a part of an import, whose reason it takes",
    "hazards.importing_jobs.request_import": "the import that the job runs has its own",
    "reviews.legacy_lists.sign_legacy_list": "the signer's comment, or what the signature means",
    "reviews.plans.sign_plan": "the signer's comment, or what the signature means",
    "reviews.appointments.sign_appointment": "the signer's comment, or whom they appointed",
    "reviews.acceptances.accept_risks": "each risk has its own reason against further reduction",
    "safetycase.versions.sign_version": "the signer's comment, or what the signature means",
    "safetycase.checks.request_check": "changes nothing; that it was made is in the record",
    "safetycase.drafts.request_draft": "a draft is no record",
    "safetycase.log_exports.request_log_export": "changes nothing; who takes the file is recorded",
    "safetycase.copies.request_copy": "a copy to read is no record",
    "safetycase.pdf_requests.request_pdf": "the version is issued; its PDF is recorded when made",
    "safetycase.sections.create_sections": "a part of adding a product, whose reason it takes",
    **parts.table("WITHOUT_REASON"),
}

#: Actions that leave nothing in the record: what they write is operational.
WITHOUT_HISTORY = {
    name
    for name in (*WITHOUT_BY, *WITHOUT_REASON)
    if name
    not in {
        "hazards.hazards.keep_imported_status",
        "safetycase.sections.create_sections",
        "accounts.people.system_person",
        "reviews.legacy_lists.sign_legacy_list",
        "reviews.plans.sign_plan",
        "reviews.appointments.sign_appointment",
        "reviews.acceptances.accept_risks",
        "safetycase.versions.sign_version",
        *parts.names("RECORDED"),
    }
}

#: Called by the hook of a new product as ``do(product, by)``.
BY_POSITION = {"hazards.matrices.create_default_matrix", "safetycase.sections.create_sections"}

#: Actions outside the folders of actions.
ELSEWHERE = {
    "hazards.apply.apply_import": "hazards.importing.apply",
    "hazards.apply.apply_restore": "hazards.record_format.apply",
}


def public_functions() -> dict[str, Callable[..., Any]]:
    """The public functions that the modules of actions define, as package.module.function."""
    found: dict[str, Callable[..., Any]] = {}
    for package in packages():
        for path in sorted((package / "actions").glob("[!_]*.py")):
            module = importlib.import_module(f"{package.name}.actions.{path.stem}")
            for name, function in inspect.getmembers(module, inspect.isfunction):
                if function.__module__ == module.__name__ and not name.startswith("_"):
                    found[f"{package.name}.{path.stem}.{name}"] = function
    for name, where in ELSEWHERE.items():
        found[name] = getattr(importlib.import_module(where), name.rsplit(".", 1)[1])
    return found


ACTIONS = {name: each for name, each in public_functions().items() if name not in NO_ACTIONS}
each_action = pytest.mark.parametrize("name", sorted(ACTIONS))
each_recorded = pytest.mark.parametrize("name", sorted(set(ACTIONS) - WITHOUT_HISTORY))


@pytest.fixture
def world(product: Product, cso: User, executive: User) -> World:
    return World(product, cso, executive)


@pytest.fixture
def made(name: str, world: World) -> Call:
    """A call of the action that the test is about, made ready."""
    return READY[name](world)


def person_for(made: Call, people: dict[str, User]) -> User | None:
    """Who makes the call; None for an action with nobody behind it."""
    if made.by == "":
        return None
    return system_person() if made.by == "system" else people[made.by]


@pytest.fixture
def people(world: World, administrator: User) -> dict[str, User]:
    return {
        "cso": world.cso,
        "administrator": administrator,
        "executive": world.executive,
        "reviewer": world.reviewer,
    }


# --- What an action looks like --------------------------------------------------------------------


def test_every_public_function_is_an_action_or_says_what_else() -> None:
    assert set(READY) == set(ACTIONS), "add a call of the new action to every_action.READY"
    assert set(NO_ACTIONS) <= set(public_functions())
    assert set(WITHOUT_REASON) <= set(ACTIONS)


@each_action
def test_an_action_is_called_by_names(name: str) -> None:
    kinds = {each.kind for each in inspect.signature(ACTIONS[name]).parameters.values()}
    if name not in BY_POSITION:
        assert kinds <= {inspect.Parameter.KEYWORD_ONLY, inspect.Parameter.VAR_KEYWORD}


@each_action
def test_an_action_says_by_whom_and_why(name: str) -> None:
    parameters = inspect.signature(ACTIONS[name]).parameters
    assert ("by" in parameters) is (name not in WITHOUT_BY)
    assert ("reason" in parameters) is (name not in WITHOUT_REASON)
    if "by" in parameters:
        assert parameters["by"].default is inspect.Parameter.empty, "nobody acts by default"


@each_action
def test_an_action_is_typed_and_says_what_it_does(name: str) -> None:
    action = ACTIONS[name]
    signature = inspect.signature(action)
    assert signature.return_annotation is not inspect.Signature.empty
    for parameter in signature.parameters.values():
        assert parameter.annotation is not inspect.Parameter.empty, parameter
    assert action.__doc__


# --- What an action leaves ------------------------------------------------------------------------


def written_since(newest: int) -> list[Entry]:
    return list(Entry.objects.filter(pk__gt=newest).order_by("pk"))


def newest_entry() -> int:
    last = Entry.objects.order_by("-pk").first()
    return last.pk if last else 0


def check_recorded(entries: list[Entry], by: User | None, reason: str | None) -> None:
    assert entries, "it left nothing in the record"
    assert len({entry.act for entry in entries}) == 1, "one action is one act"
    history: dict[str, Any] = {
        model._meta.db_table: model for model in apps.get_models() if issubclass(model, HistoryRow)
    }
    for entry in entries:
        assert entry.reason == reason if reason else entry.reason.strip()
        if by is not None:
            assert entry.person == by
        if entry.table in history:
            version = history[entry.table].objects.get(pk=entry.key)
            assert version.history_user == entry.person
            assert version.history_change_reason == entry.reason


@each_recorded
def test_an_action_leaves_history_with_its_person_and_their_reason(
    name: str, people: dict[str, User], made: Call
) -> None:
    by = person_for(made, people)
    more = {} if name in WITHOUT_REASON else {"reason": REASON}
    newest = newest_entry()
    if name == "accounts.people.system_person":
        return  # it is there already: every test's product was added by it
    made.make(by, **more)
    check_recorded(written_since(newest), by, REASON if more else None)


@each_recorded
def test_an_action_has_a_sentence_of_its_own_where_nobody_says_why(
    name: str, people: dict[str, User], made: Call
) -> None:
    reason = inspect.signature(ACTIONS[name]).parameters.get("reason")
    if reason is None or reason.default is inspect.Parameter.empty:
        return
    by = person_for(made, people)
    newest = newest_entry()
    made.make(by)
    check_recorded(written_since(newest), by, None)


class Broken(Exception):
    """The ledger cannot be written."""


@each_recorded
def test_an_action_whose_record_fails_changes_nothing(
    name: str, people: dict[str, User], made: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    by = person_for(made, people)
    if name == "accounts.people.system_person":
        return
    before = contents()

    def refuse(entries: object) -> None:
        raise Broken

    monkeypatch.setattr(ledger, "enter", refuse)
    with pytest.raises(Broken):
        made.make(by, **({} if name in WITHOUT_REASON else {"reason": REASON}))
    assert contents() == before


@pytest.mark.parametrize("name", sorted(WITHOUT_HISTORY))
def test_what_is_left_out_of_the_record_writes_no_recorded_table(
    name: str, world: World, people: dict[str, User]
) -> None:
    made = READY[name](world)
    by = person_for(made, people)
    newest = newest_entry()
    made.make(by)
    assert written_since(newest) == []


# --- The hazard's content version -----------------------------------------------------------------

#: Actions that change a hazard or something on it: its content version rises by one, once.
ON_A_HAZARD = {
    name
    for name in ACTIONS
    if name.split(".")[0] in ("hazards", "reviews")
    and name
    not in {
        "hazards.hazards.create_hazard",
        "hazards.raising.raise_hazard",
        "hazards.apply.apply_import",
        "hazards.apply.apply_restore",
        "hazards.importing_jobs.request_import",
        "hazards.importing_mappings.remember_mapping",
        "hazards.evidence.keep_evidence_file",
        "hazards.matrices.create_default_matrix",
        "hazards.library.draft_from_library",
        "hazards.library.set_family_aside",
        "hazards.library.take_family_back",
        "hazards.matrix_versions.approve_matrix",
        "hazards.matrix_versions.discard_matrix",
        "hazards.matrix_versions.draft_matrix",
        "hazards.matrix_versions.edit_matrix",
        "hazards.quality.give_waiver",
        "hazards.quality.withdraw_waiver",
        "hazards.quality.answer_challenge",
        "hazards.quality_legacy.list_legacy",
        "hazards.saved_views.save_view",
        "hazards.saved_views.edit_view",
        "hazards.saved_views.withdraw_view",
        "reviews.legacy_lists.sign_legacy_list",
        "reviews.plans.draft_plan",
        "reviews.plans.edit_plan",
        "reviews.plans.say_of_class",
        "reviews.plans.write_plan",
        "reviews.plans.sign_plan",
        "reviews.plans.reject_plan",
        "reviews.appointments.sign_appointment",
        *parts.names("NOT_ON_A_HAZARD"),
    }
}


@pytest.mark.parametrize("name", sorted(ON_A_HAZARD))
def test_a_hazards_content_version_rises_once(
    name: str, world: World, people: dict[str, User], made: Call
) -> None:
    about = world.live if name == "hazards.hazards.set_status" else world.hazard
    versions = dict(Hazard.objects.values_list("pk", "content_version"))
    made.make(person_for(made, people), **({} if name in WITHOUT_REASON else {"reason": REASON}))
    after = dict(Hazard.objects.values_list("pk", "content_version"))
    assert after[about.pk] == versions[about.pk] + 1
    for key, version in versions.items():
        assert after[key] in (version, version + 1)


def test_a_new_hazard_is_at_its_first_version(world: World) -> None:
    for name in ("hazards.hazards.create_hazard", "hazards.raising.raise_hazard"):
        made = READY[name](world).make(world.cso)
        assert Hazard.objects.get(pk=made.pk).content_version == 1


def test_an_import_is_one_act_however_much_it_writes(world: World) -> None:
    made = READY["hazards.apply.apply_import"](world)
    there_before = set(Hazard.objects.values_list("pk", flat=True))
    made.make(world.cso)
    for hazard in Hazard.objects.all():
        assert hazard.content_version == (2 if hazard.pk in there_before else 1), hazard


# --- Permission -----------------------------------------------------------------------------------

#: The ability that each action on a product asks for.
ASKS: dict[str, str] = {
    "hazards.saved_views.save_view": "KEEP_VIEWS",
    "hazards.hazards.create_hazard": "EDIT_LOG",
    "hazards.hazards.edit_hazard": "EDIT_LOG",
    "hazards.hazards.make_live": "GOVERN_LOG",
    "hazards.hazards.withdraw_hazard": "GOVERN_LOG",
    "hazards.hazards.restore_hazard": "GOVERN_LOG",
    "hazards.hazards.set_status": "GOVERN_LOG",
    "hazards.hazards.keep_imported_status": "GOVERN_LOG",
    "hazards.importing_mappings.remember_mapping": "IMPORT_LOG",
    "hazards.importing_jobs.request_import": "IMPORT_LOG",
    "hazards.bulk.change_many": "EDIT_LOG",
    "hazards.merging.merge_hazards": "GOVERN_LOG",
    "hazards.splitting.split_hazard": "GOVERN_LOG",
    "hazards.sharing.share_control": "EDIT_LOG",
    "hazards.sharing.merge_controls": "EDIT_LOG",
    "hazards.quality.give_waiver": "EDIT_LOG",
    "hazards.quality.withdraw_waiver": "EDIT_LOG",
    "hazards.quality.answer_challenge": "EDIT_LOG",
    "hazards.quality_legacy.list_legacy": "IMPORT_LOG",
    "hazards.raising.raise_hazard": "EDIT_LOG",
    "hazards.raising.link_hazards": "LINK_FEATURES",
    "hazards.features.link_feature": "LINK_FEATURES",
    "hazards.features.unlink_feature": "LINK_FEATURES",
    "hazards.estimates.record_estimate": "ESTIMATE",
    "hazards.library.draft_from_library": "EDIT_LOG",
    "hazards.library.set_family_aside": "EDIT_LOG",
    "hazards.library.take_family_back": "EDIT_LOG",
    "hazards.matrix_versions.approve_matrix": "GOVERN_LOG",
    "hazards.matrix_versions.discard_matrix": "WRITE_PLAN",
    "hazards.matrix_versions.draft_matrix": "WRITE_PLAN",
    "hazards.matrix_versions.edit_matrix": "WRITE_PLAN",
    # A plan of the officer's, which decides on statuses; others' plans leave those (test_statuses).
    "hazards.apply.apply_import": "GOVERN_LOG",
    "hazards.apply.apply_restore": "GOVERN_LOG",  # of the officer's plan, for the same reason
    "reviews.hazard_reviews.record_review": "REVIEW",
    "reviews.plans.draft_plan": "WRITE_PLAN",
    "reviews.plans.edit_plan": "WRITE_PLAN",
    "reviews.plans.say_of_class": "WRITE_PLAN",
    "reviews.plans.write_plan": "WRITE_PLAN",
    "safetycase.sections.write_section": "WRITE_REPORT",
    "safetycase.versions.freeze_version": "FREEZE",
    "safetycase.versions.issue_version": "ISSUE",
    "safetycase.drafts.request_draft": "MAKE_DRAFT",
    "safetycase.checks.request_check": "READ",
    "safetycase.log_exports.request_log_export": "READ",
    "safetycase.copies.request_copy": "MAKE_DRAFT",
    "safetycase.pdf_requests.request_pdf": "ISSUE",
    "products.products.edit_product": "MANAGE_FEATURES",
    "products.intended_use.state_intended_use": "STATE_INTENDED_USE",
    "products.jobs.request_job": "READ",
    "products.comments.add_comment": "COMMENT",
    **{name: "EDIT_LOG" for name in ACTIONS if name.startswith("hazards.causes.")},
    **{name: "EDIT_LOG" for name in ACTIONS if name.startswith("hazards.controls.")},
    **{name: "EDIT_LOG" for name in ACTIONS if name.startswith("hazards.evidence.")},
    **{name: "EDIT_LOG" for name in ACTIONS if name.endswith("_assumption")},
    **{name: "MANAGE_FEATURES" for name in ACTIONS if name.startswith("products.features.")},
    **{name: "MANAGE_FEATURES" for name in ACTIONS if name.startswith("products.releases.")},
    **{name: "MANAGE_TEAM" for name in ACTIONS if name.startswith("products.team.")},
    **parts.table("ASKS"),
}

#: Actions that ask for something else than an ability on a product, with what.
ASKS_ELSE = {
    **WITHOUT_BY,
    "hazards.matrices.create_default_matrix": "runs inside the action that adds a product",
    "safetycase.sections.create_sections": "runs inside the action that adds a product",
    "hazards.undoing.undo_act": "whoever made the change, if they may make it still",
    "hazards.undoing.undo_last_change": "whoever made the change, if they may make it still",
    "hazards.saved_views.edit_view": "whose view it is",
    "hazards.saved_views.withdraw_view": "whose view it is",
    "products.comments.edit_comment": "who wrote it",
    "products.comments.withdraw_comment": "who wrote it",
    "accounts.notifications.mark_read": "whoever was told",
    "accounts.notifications.mark_all_read": "whoever was told",
    "accounts.people.add_person": "for actions that asked themselves",
    "accounts.invitations.send_invitation": "for actions that asked themselves",
    "accounts.invitations.withdraw_open_invitation": "for actions that asked themselves",
    "accounts.sign_in.give_password": "commands only",
    "reviews.legacy_lists.sign_legacy_list": "a clinical safety officer who is current",
    "reviews.plans.sign_plan": "the one role that signs it with this meaning",
    "reviews.plans.reject_plan": "the roles that sign it",
    "reviews.appointments.sign_appointment": "the accountable executive",
    "reviews.acceptances.accept_risks": "SIGN, and the roles that the plan in force names",
    "reviews.signing.withdraw_sign_off": "who signed",
    "safetycase.versions.sign_version": "the roles that sign it with this meaning",
    "safetycase.issued_pdfs.keep_issued_pdf": "the worker, for a version whose issue asked",
    "safetycase.versions.reject_version": "the roles that sign it",
    "products.products.create_product": "administrators",
    "accounts.people.create_person": "administrators",
    "accounts.people.edit_profile": "administrators, and the person",
    "accounts.sign_in.deactivate_person": "administrators",
    "accounts.sign_in.reactivate_person": "administrators",
    "accounts.invitations.invite_person": "administrators",
    "accounts.invitations.withdraw_invitation": "administrators",
    **parts.table("ASKS_ELSE"),
}


def test_what_every_action_asks_is_told() -> None:
    assert set(ASKS) | set(ASKS_ELSE) == set(ACTIONS)
    assert not set(ASKS) & set(ASKS_ELSE)
    assert set(ASKS.values()) <= {ability.name for ability in Ability}


def outcome(made: Call, by: User, before: Contents, **more: Any) -> str:
    """'done' or 'refused'; a refusal has written nothing, and what was done is undone."""
    try:
        with transaction.atomic():
            made.make(by, **more)
            transaction.set_rollback(True)
    except NotAllowed:
        return "refused" if contents() == before else "refused, and something was written"
    return "done"


@pytest.mark.parametrize("name", sorted(ASKS))
def test_each_action_asks_for_its_ability(
    name: str, everybody: dict[str, User], made: Call
) -> None:
    more = {} if name in WITHOUT_REASON else {"reason": REASON}
    before = contents()
    done = {
        mark
        for mark, person in everybody.items()
        if outcome(made, person, before, **more) == "done"
    }
    assert done == MAY[ASKS[name]]


@pytest.mark.parametrize(
    "name", sorted(name for name, asks in ASKS_ELSE.items() if asks.startswith("administrators"))
)
def test_only_administrators_manage_people_and_add_products(
    name: str, everybody: dict[str, User], made: Call
) -> None:
    more = {} if name in WITHOUT_REASON else {"reason": REASON}
    before = contents()
    done = {
        mark
        for mark, person in everybody.items()
        if outcome(made, person, before, **more) == "done"
    }
    assert done == {"a"}


# --- Locks, always in one order -------------------------------------------------------------------


@pytest.mark.parametrize("name", sorted(set(ACTIONS) - WITHOUT_HISTORY))
def test_locks_are_taken_in_one_order(
    name: str, people: dict[str, User], made: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The product, then hazards by id, then their children: two actions never wait in a circle."""
    locked: list[tuple[int, int]] = []
    take = models.QuerySet._fetch_all

    def note(rows: Any) -> None:
        fresh = rows._result_cache is None
        take(rows)
        if fresh and rows.query.select_for_update:
            rank = {Product: 0, Hazard: 1}.get(rows.model, 2)
            locked.extend((rank, row.pk if rank == 1 else 0) for row in rows._result_cache)

    monkeypatch.setattr(models.QuerySet, "_fetch_all", note)
    made.make(person_for(made, people), **({} if name in WITHOUT_REASON else {"reason": REASON}))
    first_time = list(dict.fromkeys(locked))  # whoever holds a lock may take it again
    assert first_time == sorted(first_time), locked


def test_the_sample_log_is_where_the_calls_look_for_it() -> None:
    assert (ROOT / "tests" / "samples" / "digital-pharmacy-nhs-template.xlsx").exists()
