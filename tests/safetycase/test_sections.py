"""Sections: made with the product, written by those who may, merged when two write at once."""

import pytest

from accounts.actions import system_person
from accounts.models import User
from audit.errors import BadText, Conflict, NotAllowed
from audit.tracked import history_of
from products.models import Product
from safetycase.actions.sections import write_section
from safetycase.choices import SectionKey
from safetycase.models import Section
from safetycase.queries import section_of, sections_of
from tests.factories import make_product
from tests.people import ClientOf

KEY = SectionKey.TEST_ISSUES
EDIT = "/products/digital-pharmacy/safety-case/sections/test_issues/edit/"


def write(product: Product, by: User, narrative: str, **more: object) -> Section:
    return write_section(product=product, key=KEY, by=by, narrative=narrative, **more)  # type: ignore[arg-type]


def test_a_new_product_has_its_eleven_sections(product: Product) -> None:
    sections = sections_of(product)
    assert [section.key for section in sections] == SectionKey.values
    assert all(section.pk and section.narrative == "" for section in sections)


def test_writing_leaves_history_with_person_and_reason(product: Product, cso: User) -> None:
    section = write(product, cso, "None is open.\r\n", reason="After the regression run")
    assert section.narrative == "None is open."
    newest = history_of(section)[0]
    assert (newest.history_user, newest.history_change_reason) == (cso, "After the regression run")


def test_without_a_reason_the_action_says_what_it_did(product: Product, cso: User) -> None:
    newest = history_of(write(product, cso, "x"))[0]
    assert newest.history_change_reason == "Wrote the section “Test issues”"


def test_the_same_text_again_writes_nothing(product: Product, cso: User) -> None:
    first = write(product, cso, "None is open.")
    again = write(product, cso, "  None is open.\n")
    assert again.version == first.version


def test_a_section_that_a_product_lacks_is_made_when_written(
    db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    # A product from before sections were made with it.
    monkeypatch.setattr("products.hooks._on_product_created", [])
    bare = make_product("Bare", "bare")
    assert section_of(bare, KEY).pk is None
    assert write(bare, system_person(), "Words", base_version=0).pk


@pytest.mark.parametrize("who", ["product_manager", "engineer", "executive", "auditor", "stranger"])
def test_who_may_not(product: Product, who: str, request: pytest.FixtureRequest) -> None:
    with pytest.raises(NotAllowed):
        write(product, request.getfixturevalue(who), "Mine")
    assert section_of(product, KEY).narrative == ""


@pytest.mark.parametrize("who", ["cso", "clinical_product_manager", "clinician"])
def test_who_may(product: Product, who: str, request: pytest.FixtureRequest) -> None:
    assert write(product, request.getfixturevalue(who), "Ours").narrative == "Ours"


@pytest.mark.parametrize("text", ["a\x00b", "\ud800", "x" * 50_001])
def test_text_that_cannot_be_stored(product: Product, cso: User, text: str) -> None:
    with pytest.raises(BadText, match="Nothing was saved"):
        write(product, cso, text)


def test_two_people_write_at_once(product: Product, cso: User, clinician: User) -> None:
    base = section_of(product, KEY).version
    write(product, cso, "Hers", base_version=base)
    with pytest.raises(Conflict) as conflict:
        write(product, clinician, "His", base_version=base)
    [field] = conflict.value.fields
    assert (field.base, field.theirs, field.yours) == ("", "Hers", "His")
    assert section_of(product, KEY).narrative == "Hers"
    both = write(product, clinician, "Both", base_version=conflict.value.current_version)
    assert both.narrative == "Both"


# --- Pages ----------------------------------------------------------------------------------------


def test_the_page_shows_both_versions_and_goes_on(
    product: Product, cso: User, clinician: User, client_of: ClientOf
) -> None:
    base = section_of(product, KEY).version
    write(product, cso, "Her words")
    client = client_of(clinician)
    answer = client.post(EDIT, {"narrative": "His words", "base_version": base})
    assert answer.status_code == 409
    page = answer.content.decode()
    assert "Her words" in page
    assert "His words" in page
    current = section_of(product, KEY).version
    answer = client.post(EDIT, {"narrative": "Both words", "base_version": current})
    assert answer.status_code == 302
    assert section_of(product, KEY).narrative == "Both words"


def test_text_that_is_too_long_is_kept_and_said(
    product: Product, cso: User, client_of: ClientOf
) -> None:
    answer = client_of(cso).post(EDIT, {"narrative": "y" * 50_001, "base_version": 1})
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "50,001 characters; 50,000 fit" in page
    assert "y" * 50_001 in page
    assert "<title>Error: " in page


def test_preview_without_script_saves_nothing(
    product: Product, cso: User, client_of: ClientOf
) -> None:
    typed = {"narrative": "# Open\n\n{{ nope }}", "base_version": 1, "preview": "1"}
    answer = client_of(cso).post(EDIT, typed)
    assert answer.status_code == 200
    page = answer.content.decode()
    assert "<h3>Open</h3>" in page
    assert "does not know: nope" in page
    assert "# Open" in page
    assert section_of(product, KEY).narrative == ""


def test_a_preview_reads_no_more_than_a_section_may_hold(
    product: Product, cso: User, client_of: ClientOf
) -> None:
    typed = "word " * 10_000 + "and the part that does not fit"
    page = client_of(cso).post(EDIT.replace("/edit/", "/preview/"), {"narrative": typed})
    assert page.status_code == 200
    assert "that does not fit" not in page.content.decode()


def test_preview_with_script_is_a_fragment(
    product: Product, cso: User, client_of: ClientOf
) -> None:
    url = EDIT.replace("/edit/", "/preview/")
    answer = client_of(cso).post(url, {"narrative": "{{ product }} <script>x</script>"})
    page = answer.content.decode()
    assert "Digital Pharmacy &lt;script&gt;x&lt;/script&gt;" in page
    assert "<html" not in page


def test_readers_read_and_do_not_write(
    product: Product, cso: User, auditor: User, client_of: ClientOf
) -> None:
    write(product, cso, "For all to read")
    client = client_of(auditor)
    read = client.get(EDIT.replace("edit/", "")).content.decode()
    assert "For all to read" in read
    assert "/edit/" not in read
    for answer in (
        client.get(EDIT),
        client.post(EDIT, {"narrative": "x"}),
        client.post(EDIT.replace("/edit/", "/preview/"), {"narrative": "x"}),
    ):
        assert answer.status_code == 403
        assert "Your role on Digital Pharmacy does not let you write" in answer.content.decode()


def test_strangers_and_unknown_sections_get_404(
    product: Product, cso: User, stranger: User, client_of: ClientOf
) -> None:
    for page in ("", "edit/", "history/"):
        url = EDIT.replace("edit/", page)
        assert client_of(stranger).get(url).status_code == 404
        assert client_of(cso).get(url.replace("test_issues", "nope")).status_code == 404


def test_history_shows_the_words_that_changed(
    product: Product, cso: User, client_of: ClientOf
) -> None:
    write(product, cso, "Two issues are open")
    write(product, cso, "Three issues are open", reason="One more was found")
    page = client_of(cso).get(EDIT.replace("edit/", "history/")).content.decode()
    assert "One more was found" in page
    assert "Two</del>" in page.replace('<span class="visually-hidden">]</span>', "")
