"""The hazard log as a file: from the page, through the worker, by the command."""

import json
from io import BytesIO, StringIO
from pathlib import Path
from threading import Event, get_ident

import pytest
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from django.http.response import HttpResponseBase
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

from accounts.models import User
from audit.models import AccessEvent
from hazards.record_format.export import export_record
from products.choices import JobState
from products.models import Job, Product
from safetycase import log_export_task
from safetycase.log_export import LogFormat, live_pieces
from safetycase.log_export_task import BROKEN, export_log
from safetycase.models import Issue
from safetycase.views import log_export as view
from tests.hazards.factories import a_live_hazard
from tests.people import ClientOf
from tests.safetycase.factories import a_report_to_freeze, an_issued_version
from tests.safetycase.log_files.logs import a_mixed_log

EVERY = pytest.mark.parametrize("form", list(LogFormat))


def body(answer: HttpResponseBase) -> bytes:
    assert answer.status_code == 200
    return b"".join(answer)


def export(client: Client, product: Product, form: str) -> HttpResponseBase:
    answer: HttpResponseBase = client.get(
        reverse("log_export", args=[product.slug]) + f"?format={form}"
    )
    return answer


# --- The page -------------------------------------------------------------------------------------


@EVERY
def test_everybody_on_the_team_takes_the_log_and_it_is_in_the_record(
    product: Product, cso: User, auditor: User, client_of: ClientOf, form: LogFormat
) -> None:
    a_live_hazard(product, cso, name="A dose is missed")
    answer = export(client_of(auditor), product, form.value)
    content = body(answer)
    assert answer["Content-Disposition"] == (
        f'attachment; filename="digital-pharmacy-hazard-log.{form.value}"'
    )
    assert answer["Content-Type"] == form.content_type
    assert answer["Cache-Control"] == "private, no-store"
    if form is LogFormat.XLSX:
        assert load_workbook(BytesIO(content))["Hazard log"]["B5"].value == "A dose is missed"
    else:
        assert b"A dose is missed" in content
    taken = AccessEvent.objects.get(scope=product.scope)
    assert (taken.kind, taken.accessed_by) == (AccessEvent.Kind.EXPORTED, auditor)
    assert taken.what == f"the hazard log as {form.in_words}"


def test_it_is_a_workbook_where_nobody_says_what(
    product: Product, cso: User, client_of: ClientOf
) -> None:
    client = client_of(cso)
    answer = client.get(reverse("log_export", args=[product.slug]))
    assert answer["Content-Type"] == LogFormat.XLSX.content_type
    assert export(client, product, "exe").status_code == 404


def test_a_log_without_hazards_is_a_file_too(product: Product, cso: User) -> None:
    for form in LogFormat:
        assert b"".join(live_pieces(product, form))


def test_the_log_of_all_releases_says_that_it_is_no_version(product: Product, cso: User) -> None:
    hazards = a_mixed_log(product, cso)
    book = load_workbook(BytesIO(b"".join(live_pieces(product, LogFormat.XLSX))))
    cover = {
        str(row[1].value): row[2].value for row in book["Cover"].iter_rows(min_row=1, max_row=40)
    }
    assert cover["Status"] == "The log as it stands: no frozen version"
    assert "Version" not in cover
    assert "Release" not in cover
    assert cover["Hazards in this log"] == str(len(hazards))


# --- Large logs -----------------------------------------------------------------------------------


@pytest.fixture
def a_large_log(product: Product, cso: User, monkeypatch: pytest.MonkeyPatch) -> Product:
    """A log that is too large for its page, since the limit is low."""
    for number in range(3):
        a_live_hazard(product, cso, name=f"Hazard {number}")
    monkeypatch.setattr(view, "MOST_AT_ONCE", 2)
    return product


def made(job: Job) -> Job:
    export_log.func(str(job.public_id))
    job.refresh_from_db()
    return job


@EVERY
def test_a_large_log_is_made_by_the_worker(
    a_large_log: Product, auditor: User, client_of: ClientOf, form: LogFormat
) -> None:
    client, slug = client_of(auditor), a_large_log.slug
    page = body(export(client, a_large_log, form.value)).decode()
    assert "This log has 3 hazards" in page
    assert not AccessEvent.objects.filter(scope=a_large_log.scope)
    answer = client.post(reverse("log_export_request", args=[slug]), {"format": form.value})
    job = Job.objects.get()
    assert answer.headers["Location"] == reverse("job_detail", args=[slug, job.public_id])
    assert (job.total, job.requested_by) == (3, auditor)
    assert made(job).state == JobState.DONE
    link = reverse("log_export_download", args=[slug, job.public_id])
    assert link in client.get(answer.headers["Location"]).content.decode()
    content = body(client.get(link))
    if form is not LogFormat.XLSX:  # which says when it was made
        assert content == b"".join(live_pieces(a_large_log, form))
    assert (
        AccessEvent.objects.get(scope=a_large_log.scope).what
        == f"the hazard log as {form.in_words}"
    )


def test_one_that_is_being_made_is_not_made_again(
    a_large_log: Product, cso: User, client_of: ClientOf
) -> None:
    client, address = client_of(cso), reverse("log_export_request", args=[a_large_log.slug])
    first = client.post(address, {"format": "csv"}).headers["Location"]
    assert client.post(address, {"format": "csv"}).headers["Location"] == first
    assert client.post(address, {"format": "md"}).headers["Location"] != first
    assert Job.objects.count() == 2


def test_a_worker_that_comes_twice_writes_one_file(
    a_large_log: Product, cso: User, client_of: ClientOf
) -> None:
    client_of(cso).post(reverse("log_export_request", args=[a_large_log.slug]), {"format": "csv"})
    job = made(Job.objects.get())
    Job.objects.filter(pk=job.pk).update(state=JobState.RUNNING)  # its worker died at the end
    again = made(job)
    assert again.result["file"] == job.result["file"]
    _, files = default_storage.listdir("exports")
    assert len([name for name in files if str(job.public_id) in name]) == 1


def test_a_broken_export_says_what_is_safe(
    a_large_log: Product, cso: User, client_of: ClientOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    client_of(cso).post(reverse("log_export_request", args=[a_large_log.slug]))
    monkeypatch.setattr(log_export_task, "live_pieces", lambda *_: 1 / 0)
    job = Job.objects.get()
    with pytest.raises(ZeroDivisionError):
        export_log.func(str(job.public_id))
    job.refresh_from_db()
    assert (job.state, job.message) == (JobState.FAILED, BROKEN)
    link = reverse("log_export_download", args=[a_large_log.slug, job.public_id])
    assert client_of(cso).get(link).status_code == 404


# --- The command ----------------------------------------------------------------------------------


def run(*arguments: str) -> str:
    out = StringIO()
    call_command("export_hazard_log", *arguments, stdout=out, stderr=StringIO())
    return out.getvalue()


@EVERY
def test_the_command_writes_the_log_as_it_stands(
    product: Product, cso: User, tmp_path: Path, form: LogFormat
) -> None:
    a_mixed_log(product, cso)
    output = tmp_path / "log"
    said = run(product.slug, "--format", form.value, "--output", str(output))
    assert said == f"{output}: the log as it stands, as {form.in_words}.\n"
    if form is LogFormat.JSON:
        assert output.read_bytes() == b"".join(export_record(product))
    elif form is not LogFormat.XLSX:
        assert output.read_bytes() == b"".join(live_pieces(product, form))
    assert list(tmp_path.iterdir()) == [output]


@pytest.fixture
def issued(
    product: Product,
    cso: User,
    clinical_product_manager: User,
    clinician: User,
    executive: User,
) -> Issue:
    """An issued version, and a hazard that was raised later."""
    a_report_to_freeze(product, cso, executive)
    issue = an_issued_version(product, clinical_product_manager, clinician, cso, executive)
    a_live_hazard(product, cso, name="A later hazard")
    return issue


@EVERY
def test_the_command_writes_an_issued_version(
    issued: Issue, tmp_path: Path, form: LogFormat
) -> None:
    output, slug = tmp_path / "log", issued.product.slug
    run(slug, "--format", form.value, "--output", str(output), "--version", "1")
    content = output.read_bytes()
    if form is LogFormat.XLSX:
        cover = load_workbook(BytesIO(content))["Cover"]
        assert "Issued" in {row[2].value for row in cover.iter_rows(max_row=20)}
    else:
        assert b"A dose is missed" in content
        assert b"A later hazard" not in content
    if form is LogFormat.JSON:
        assert json.loads(content)["version"]["version"] == "1"


def test_what_the_command_refuses(product: Product, cso: User, tmp_path: Path) -> None:
    output = str(tmp_path / "log.csv")
    with pytest.raises(CommandError, match="There is no product “nothing”; there is: digital-ph"):
        run("nothing", "--format", "csv", "--output", output)
    with pytest.raises(CommandError, match="Version 7 of the report"):
        run(product.slug, "--format", "csv", "--output", output, "--version", "7")
    with pytest.raises(CommandError, match="There is no folder"):
        run(product.slug, "--format", "csv", "--output", str(tmp_path / "none" / "log.csv"))
    with pytest.raises(CommandError, match="invalid choice"):
        run(product.slug, "--format", "pdf", "--output", output)
    (tmp_path / "log.csv").mkdir()
    with pytest.raises(CommandError, match="could not be written"):
        run(product.slug, "--format", "csv", "--output", output)
    assert [each.name for each in tmp_path.iterdir()] == ["log.csv"]


# --- How far it is --------------------------------------------------------------------------------


def test_how_far_it_is_is_said_while_it_is_made(monkeypatch: pytest.MonkeyPatch) -> None:
    """By a thread: where the log is read, nothing can be written."""
    said: list[tuple[int, int]] = []
    both = Event()

    def note_down(*, job: Job, done: int, message: str) -> None:
        assert message == "Writing the hazards."
        said.append((done, get_ident()))
        if len(said) == 2:
            both.set()

    monkeypatch.setattr(log_export_task, "PROGRESS_EVERY", 0.001)
    monkeypatch.setattr(log_export_task, "job_progress", note_down)
    with log_export_task._telling(Job()) as note:
        note(250)
        while not said:
            both.wait(0.01)
        note(500)
        assert both.wait(10)
    assert [done for done, _ in said] == [250, 500]
    assert get_ident() not in {thread for _, thread in said}
