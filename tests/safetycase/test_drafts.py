"""Drafts: asked for, made in the background, downloaded by those who may."""

from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django_tasks_db.models import DBTaskResult

from accounts.models import User
from audit.errors import NotAllowed, NotPossible
from products.actions.jobs import start_job
from products.choices import JobState
from products.models import Job, Product
from safetycase import tasks
from safetycase.actions.drafts import request_draft
from safetycase.choices import LifecyclePhase
from safetycase.drafts import Draft
from tests.people import ClientOf
from tests.safetycase.story import Story

CASE = "/products/digital-pharmacy/safety-case/"
PDF = b"%PDF-1.7 a small one"


def ask(product: Product, by: User, **more: Any) -> Job:
    return request_draft(product=product, by=by, phase=LifecyclePhase.FIRST_DEPLOYMENT, **more)


def run(job: Job) -> Job:
    tasks.render_draft.func(str(job.public_id))
    job.refresh_from_db()
    return job


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Drafts without their pages: what is tested here is not the rendering."""
    made: list[str] = []

    def make_draft(product: Product, **more: Any) -> Draft:
        more["on_step"](0, "Reading the hazard log.")
        made.append(f"{more['release_label']} {more['phase']} {more['draft_number']}")
        return Draft(PDF, 2, [], "digital-pharmacy-draft.pdf", 0)

    monkeypatch.setattr(tasks, "make_draft", make_draft)
    return made


# --- Asking ---------------------------------------------------------------------------------------


def test_asking_makes_a_job_and_its_task(product: Product, cso: User) -> None:
    job = ask(product, cso)
    assert (job.state, job.kind, job.requested_by) == (JobState.WAITING, "report_draft", cso)
    [task] = DBTaskResult.objects.all()
    assert task.args_kwargs == {"args": [str(job.public_id)], "kwargs": {}}
    assert task.task_path == "safetycase.tasks.render_draft"


def test_the_release_is_settled_when_asked(story: Story) -> None:
    assert ask(story.product, story.cso).request == {
        "release": "1.2.0",
        "phase": "before_first_deployment",
    }
    assert ask(story.product, story.cso, release_label="1.0.0").request["release"] == "1.0.0"


@pytest.mark.parametrize("who", ["auditor", "stranger"])
def test_who_may_not_ask(product: Product, who: str, request: pytest.FixtureRequest) -> None:
    with pytest.raises(NotAllowed):
        ask(product, request.getfixturevalue(who))
    assert not Job.objects.exists()


@pytest.mark.parametrize("who", ["engineer", "product_manager", "executive", "clinician"])
def test_who_may_ask(product: Product, who: str, request: pytest.FixtureRequest) -> None:
    assert ask(product, request.getfixturevalue(who)).pk


def test_a_release_that_is_not_there(product: Product, cso: User) -> None:
    with pytest.raises(NotPossible, match=r"has no release 9\.9"):
        ask(product, cso, release_label="9.9")
    assert not Job.objects.exists()


# --- Making ---------------------------------------------------------------------------------------


def test_a_whole_draft(story: Story) -> None:
    job = run(ask(story.product, story.cso, release_label="1.1.0"))
    assert job.state == JobState.DONE, job.message
    assert job.done == job.total
    assert job.result["file_name"] == "digital-pharmacy-1.1.0-draft-1.pdf"
    assert job.result["file"] == f"drafts/{job.public_id}.pdf"
    assert job.message == f"{job.result['pages']} pages, 6 hazards."
    with default_storage.open(job.result["file"]) as file:
        assert file.read(5) == b"%PDF-"


def test_running_it_again_changes_nothing(product: Product, cso: User, quick: list[str]) -> None:
    job = run(ask(product, cso))
    finished = job.finished
    assert run(job).finished == finished
    assert quick == [" before_first_deployment 1"]


def test_a_job_whose_worker_died_is_made_again_into_the_same_file(
    product: Product, cso: User, quick: list[str]
) -> None:
    job = ask(product, cso)
    start_job(job=job)
    default_storage.save(f"drafts/{job.public_id}.pdf", ContentFile(b"%PDF-1.7 half of it"))
    assert run(job).state == JobState.DONE
    with default_storage.open(job.result["file"]) as file:
        assert file.read() == PDF
    assert job.result["file"] == f"drafts/{job.public_id}.pdf"


def test_drafts_are_numbered(product: Product, cso: User, quick: list[str]) -> None:
    for _ in range(3):
        run(ask(product, cso))
    assert [each.split()[-1] for each in quick] == ["1", "2", "3"]


def test_a_refusal_is_told_on_the_page(
    product: Product, cso: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*args: Any, **more: Any) -> Draft:
        raise NotPossible("The report has faults.")

    monkeypatch.setattr(tasks, "make_draft", refuse)
    job = run(ask(product, cso))
    assert (job.state, job.message) == (JobState.FAILED, "The report has faults.")


@pytest.mark.parametrize(
    ("problem", "says"),
    [(RuntimeError("boom"), "an error on our side"), (SystemExit(1), "The worker was stopped")],
)
def test_what_breaks_is_told_and_passed_on(
    product: Product,
    cso: User,
    monkeypatch: pytest.MonkeyPatch,
    problem: BaseException,
    says: str,
) -> None:
    def break_down(*args: Any, **more: Any) -> Draft:
        raise problem

    monkeypatch.setattr(tasks, "make_draft", break_down)
    job = ask(product, cso)
    with pytest.raises(type(problem)):
        run(job)
    job.refresh_from_db()
    assert job.state == JobState.FAILED
    assert says in job.message
    assert "as they were" in job.message


def test_a_release_that_went_meanwhile(product: Product, cso: User) -> None:
    job = ask(product, cso)
    Job.objects.filter(pk=job.pk).update(request={"release": "9.9", "phase": "modification"})
    assert "no longer there" in run(job).message


# --- Pages ----------------------------------------------------------------------------------------


def test_from_the_button_to_the_file(
    product: Product, cso: User, quick: list[str], client_of: ClientOf
) -> None:
    client = client_of(cso)
    answer = client.post(f"{CASE}drafts/", {"release": "", "phase": "build_and_test"})
    assert answer.status_code == 302
    job = Job.objects.get()
    progress = f"/products/digital-pharmacy/jobs/{job.public_id}/progress/"
    assert "every 1s" in client.get(progress).content.decode()
    run(job)
    page = client.get(progress).content.decode()
    assert "every 1s" not in page
    assert f"{CASE}drafts/{job.public_id}.pdf" in page
    answer = client.get(f"{CASE}drafts/{job.public_id}.pdf")
    assert b"".join(answer.streaming_content) == PDF  # type: ignore[attr-defined]
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Content-Disposition"] == 'attachment; filename="digital-pharmacy-draft.pdf"'
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "no-store" in answer["Cache-Control"]


@pytest.mark.parametrize(
    "data", [{"release": "9.9", "phase": "modification"}, {"release": "", "phase": "x"}, {}]
)
def test_nonsense_is_told_and_makes_nothing(
    product: Product, cso: User, client_of: ClientOf, data: dict[str, str]
) -> None:
    answer = client_of(cso).post(f"{CASE}drafts/", data)
    assert answer.status_code == 422
    assert "The draft was not made" in answer.content.decode()
    assert not Job.objects.exists()


def test_auditors_see_that_there_are_drafts_and_get_none(
    product: Product, cso: User, auditor: User, quick: list[str], client_of: ClientOf
) -> None:
    job = run(ask(product, cso))
    client = client_of(auditor)
    page = client.get(CASE).content.decode()
    assert "Draft 1 of the report" in page
    assert "Make a draft" not in page
    assert ".pdf" not in page
    for answer in (
        client.get(f"{CASE}drafts/{job.public_id}.pdf"),
        client.post(f"{CASE}drafts/", {"release": "", "phase": "modification"}),
    ):
        assert answer.status_code == 403
        assert "make and download drafts" in answer.content.decode()


def test_strangers_find_nothing(
    product: Product, cso: User, stranger: User, quick: list[str], client_of: ClientOf
) -> None:
    job = run(ask(product, cso))
    client = client_of(stranger)
    for url in (
        CASE,
        f"{CASE}drafts/{job.public_id}.pdf",
        f"/products/digital-pharmacy/jobs/{job.public_id}/",
        f"/products/digital-pharmacy/jobs/{job.public_id}/progress/",
        # Their own product does not hold it either.
        f"/products/night-ward/jobs/{job.public_id}/",
        f"/products/night-ward/safety-case/drafts/{job.public_id}.pdf",
    ):
        assert client.get(url).status_code == 404


def test_a_draft_that_is_not_finished_or_gone_is_404(
    product: Product, cso: User, quick: list[str], client_of: ClientOf
) -> None:
    client, job = client_of(cso), ask(product, cso)
    url = f"{CASE}drafts/{job.public_id}.pdf"
    assert client.get(url).status_code == 404
    run(job)
    default_storage.delete(job.result["file"])
    assert client.get(url).status_code == 404


def test_three_drafts_of_a_product_at_once_are_enough(
    product: Product, cso: User, engineer: User, client_of: ClientOf, quick: list[str]
) -> None:
    first, *_ = [ask(product, person) for person in (cso, engineer, cso)]
    with pytest.raises(NotPossible, match="No other was asked for"):
        ask(product, engineer)
    answer = client_of(engineer).post(
        f"{CASE}drafts/", {"release": "", "phase": LifecyclePhase.FIRST_DEPLOYMENT.value}
    )
    assert answer.status_code == 422
    assert "3 drafts of this product are being made" in answer.content.decode()
    run(first)
    ask(product, engineer)
    assert Job.objects.count() == 4
