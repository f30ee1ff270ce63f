"""The pages: choose the file, look, confirm; the reports; who may."""

import uuid
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries, Settings

from accounts.models import User
from hazards.actions.hazards import create_hazard, edit_hazard
from hazards.importing import report_page, waiting
from hazards.importing.plan import plan_import
from hazards.models import Hazard, ImportBatch
from products.choices import Role
from products.models import Product
from tests.factories import join
from tests.hazards.importing.imports import bring_in, bring_in_sample, entries, hazard_called
from tests.hazards.importing.sending import LIST, UPLOAD, preview, send, text_of
from tests.hazards.importing.workbooks import SAMPLE, a_row, template
from tests.people import ClientOf

pytestmark = pytest.mark.django_db


@pytest.fixture
def officer(client_of: ClientOf, cso: User) -> Client:
    return client_of(cso)


def test_the_addresses(product: Product) -> None:
    assert reverse("import_hazards", args=[product.slug]) == UPLOAD
    assert reverse("import_list", args=[product.slug]) == LIST


def test_from_the_file_to_the_report(officer: Client, product: Product) -> None:
    page = officer.get(UPLOAD)
    assert page.status_code == 200
    assert 'enctype="multipart/form-data"' in text_of(page)
    before = entries()
    address, page = preview(officer, SAMPLE.read_bytes())
    shown = text_of(page)
    assert entries() == before  # looking writes nothing
    assert "12 hazards created" in shown
    assert "No control of a deploying organisation is left to transfer" in shown
    assert "HAZ-012" in shown
    done = officer.post(address, {"fingerprint": page.context["fingerprint"]})
    batch = ImportBatch.objects.get()
    report_address = reverse("import_report", args=[product.slug, batch.public_id])
    assert done.headers["Location"] == report_address
    assert Hazard.objects.count() == 12
    report = text_of(officer.get(report_address))
    assert "This was done" in report
    assert "Considerable · High" in report.replace("</span>", "")
    assert reverse("legacy_list", args=[product.slug, batch.legacy_lists.get().public_id]) in report
    assert batch.file_name in text_of(officer.get(LIST))
    assert batch.file_name in text_of(officer.get(UPLOAD))


def test_a_long_report_is_shown_in_parts(
    officer: Client, product: Product, cso: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(report_page, "SHOWN_AT_FIRST", 2)
    monkeypatch.setattr(report_page, "PER_PAGE", 3)
    rows = [a_row(ref=f"R-{number}", name=f"Name {number}", rating=1) for number in range(7)]
    address, page = preview(officer, template(*rows, a_row(ref="R-1", name="Twice")))
    shown = text_of(page)
    assert "Name 1" in shown
    assert "Name 2" not in shown
    assert 'href="?show=hazards">All 8 of' in shown
    second = text_of(officer.get(address, {"show": "created", "page": "2"}))
    assert "Name 2" not in second
    assert all(f"Name {number}" in second for number in (3, 4, 5))
    assert "4–6 of 7 lines" in second
    assert "The number R-1 is used twice" in text_of(officer.get(address, {"show": "refused"}))
    assert officer.get(address, {"show": "nonsense", "page": "x"}).status_code == 200
    # What is confirmed is all of it, whichever part was looked at.
    looked_at = officer.get(address, {"show": "refused"})
    done = officer.post(address, {"fingerprint": looked_at.context["fingerprint"]})
    report = text_of(officer.get(done.headers["Location"], {"show": "created"}))
    assert "1–3 of 7 lines" in report


def test_after_the_import_nothing_waits(officer: Client) -> None:
    address, page = preview(officer, template(a_row()))
    officer.post(address, {"fingerprint": page.context["fingerprint"]})
    key = uuid.UUID(address.rstrip("/").rsplit("/", 1)[1])
    for kind in ("file", "json", "report"):
        assert not default_storage.exists(f"imports/{key}.{kind}")
    # Clicking twice does no harm and says so.
    again = officer.post(address, {"fingerprint": page.context["fingerprint"]}, follow=True)
    assert "is not waiting any more" in text_of(again)
    assert ImportBatch.objects.count() == 1


def test_a_file_may_be_set_aside(officer: Client) -> None:
    address, _ = preview(officer, template(a_row()))
    response = officer.post(address, {"set_aside": "1"})
    assert response.status_code == 302
    assert "is not waiting any more" in text_of(officer.get(address, follow=True))
    assert not Hazard.objects.exists()


def test_a_file_that_changes_nothing_has_nothing_to_confirm(
    officer: Client, product: Product, cso: User
) -> None:
    bring_in(product, cso, template(a_row()))
    address, page = preview(officer, template(a_row()))
    assert "Everything in this file is in the log already" in text_of(page)
    assert ">Import</button>" not in text_of(page)
    before = entries()
    response = officer.post(address, {"fingerprint": page.context["fingerprint"]})
    assert response.headers["Location"] == reverse("hazard_log", args=[product.slug])
    assert entries() == before


def test_a_log_that_changed_meanwhile_is_shown_again(
    officer: Client, product: Product, cso: User
) -> None:
    bring_in(product, cso, template(a_row()))
    address, page = preview(officer, template(a_row(name="From the file")))
    edit_hazard(hazard=hazard_called("H-1"), by=cso, changes={"name": "By a person"})
    response = officer.post(address, {"fingerprint": page.context["fingerprint"]})
    assert response.status_code == 200
    shown = text_of(response)
    assert "changed since you looked at this preview" in shown
    assert "“By a person” was kept" in shown
    assert hazard_called("H-1").name == "By a person"


def test_a_change_in_the_last_moment_is_not_written_over(
    officer: Client, product: Product, cso: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between planning and locking: the plan's versions are no longer those of the log."""

    def plan_then_somebody_saves(**values: Any) -> Any:
        plan = plan_import(**values)
        if Hazard.objects.count() == 0:
            create_hazard(product=product, by=cso, name="Meanwhile")
        return plan

    address, page = preview(officer, template(a_row()))
    monkeypatch.setattr("hazards.importing.intake.plan_import", plan_then_somebody_saves)
    response = officer.post(address, {"fingerprint": page.context["fingerprint"]}, follow=True)
    assert "while this import was being prepared" in text_of(response)
    assert [hazard.name for hazard in Hazard.objects.all()] == ["Meanwhile"]


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "log.xlsx is empty"),
        (b"%PDF-1.7", "log.xlsx is a PDF"),
        (b"PK\x03\x04rest", "log.xlsx is damaged"),
    ],
)
def test_a_bad_file_is_explained_in_the_form(officer: Client, content: bytes, says: str) -> None:
    response = send(officer, content)
    assert response.status_code == 200
    shown = text_of(response)
    assert says in shown
    assert "Nothing was changed." in shown
    assert "<title>Error: " in shown


def test_a_wrong_sheet_keeps_what_was_typed(officer: Client) -> None:
    shown = text_of(send(officer, template(a_row()), sheet="Risks"))
    assert "Its sheets are: “Hazard log”" in shown
    assert 'value="Risks"' in shown


def test_no_file_is_explained(officer: Client) -> None:
    assert "Choose the file with your hazard log." in text_of(officer.post(UPLOAD, {}))


def test_a_file_over_the_limit_is_explained(officer: Client, settings: Settings) -> None:
    settings.UPLOAD_LIMIT_BYTES = 1024
    assert "is larger than" in text_of(send(officer, template(a_row())))


def test_a_name_full_of_tricks_is_only_a_name(officer: Client) -> None:
    name = '<img src=x onerror="a">.xlsx'
    sent = send(officer, template(a_row()), name=name)
    _, page = preview(officer, template(a_row()), name=name)
    for shown in (text_of(officer.get(sent.url)), text_of(page)):
        assert "<img" not in shown.replace("<img_", "")


def test_what_stands_in_cells_is_never_markup(officer: Client) -> None:
    content = template(a_row(name="<script>alert(1)</script>"))
    _, page = preview(officer, content)
    columns = officer.get(send(officer, content).url)
    for shown in (text_of(columns), text_of(page)):
        assert "<script>alert" not in shown


# --- Who may -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("who", "upload", "reading"),
    [
        ("cso", 200, 200),
        ("clinical_product_manager", 200, 200),
        ("product_manager", 403, 200),
        ("clinician", 403, 200),
        ("engineer", 403, 200),
        ("executive", 403, 200),
        ("auditor", 403, 200),
        ("administrator", 403, 403),
        ("stranger", 404, 404),
    ],
)
def test_who_may_import_and_who_may_read(
    request: pytest.FixtureRequest,
    client_of: ClientOf,
    product: Product,
    cso: User,
    who: str,
    upload: int,
    reading: int,
) -> None:
    report = bring_in(product, cso, template(a_row()))
    client = client_of(request.getfixturevalue(who))
    assert client.get(UPLOAD).status_code == upload
    assert client.post(UPLOAD, {}).status_code == upload
    assert client.get(LIST).status_code == reading
    address = reverse("import_report", args=[product.slug, report.batch])
    assert client.get(address).status_code == reading
    expected = 302 if upload == 200 else upload
    for name in ("import_preview", "import_columns"):
        waiting_address = reverse(name, args=[product.slug, uuid.uuid4()])
        assert client.get(waiting_address).status_code == expected
        assert client.post(waiting_address, {}).status_code == expected


def test_a_waiting_file_is_only_its_senders(
    officer: Client, client_of: ClientOf, clinical_product_manager: User
) -> None:
    address, _ = preview(officer, template(a_row()))
    response = client_of(clinical_product_manager).get(address, follow=True)
    assert "is not waiting any more" in text_of(response)


def test_a_waiting_file_is_only_for_its_product(
    officer: Client, cso: User, other_product: Product
) -> None:
    join(other_product, cso, Role.CLINICAL_SAFETY_OFFICER)
    address, _ = preview(officer, template(a_row()))
    elsewhere = address.replace("digital-pharmacy", other_product.slug)
    location = officer.get(elsewhere).headers["Location"]
    assert location == f"/products/{other_product.slug}/hazards/import/"


def test_a_report_of_another_product_is_not_found(
    officer: Client, other_product: Product, stranger: User
) -> None:
    report = bring_in(other_product, stranger, template(a_row()))
    address = reverse("import_report", args=["digital-pharmacy", report.batch])
    assert officer.get(address).status_code == 404


def test_the_list_of_imports_does_not_grow_its_queries(
    officer: Client,
    product: Product,
    cso: User,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    assert "Nothing imported yet" in text_of(officer.get(LIST))
    bring_in(product, cso, template(a_row()))
    with CaptureQueriesContext(connection) as few:
        officer.get(LIST)
    for number in range(2, 6):
        bring_in(product, cso, template(a_row(name=f"Name {number}")))
    with django_assert_num_queries(len(few.captured_queries)):
        officer.get(LIST)


def test_old_files_are_thrown_away(
    product: Product, cso: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    def keep() -> uuid.UUID:
        return waiting.keep_waiting(
            product=product, person=cso, name="x.xlsx", content=b"x", sheet=""
        )

    old = keep()
    assert waiting.waiting_file(old, product=product, person=cso) is not None
    monkeypatch.setattr(waiting, "KEPT_FOR", -waiting.KEPT_FOR)
    keep()
    assert waiting.waiting_file(old, product=product, person=cso) is None


def test_the_sample_report_reads_whole(officer: Client, product: Product, cso: User) -> None:
    report = bring_in_sample(product, cso)
    shown = text_of(officer.get(reverse("import_report", args=[product.slug, report.batch])))
    for line in report.hazards:
        assert line.name in shown
    assert "Sheets not read" in shown
    assert report.sha256 in shown
