"""The product's home and the safety case page: what they say, to whom, at what cost."""

import re
from datetime import date

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.actions import edit_profile, system_person
from accounts.models import User
from hazards.actions.causes import withdraw_harm
from hazards.actions.features import link_feature
from hazards.actions.hazards import make_live
from hazards.choices import Stage
from products.actions import carry_feature, end_membership
from products.models import Membership, Product
from safetycase.actions.sections import write_section
from safetycase.choices import SectionKey
from safetycase.figures import figures_for
from safetycase.missing.report import missing_from
from tests.factories import make_feature, make_release
from tests.hazards.factories import a_cause, a_control, a_harm, a_hazard, an_estimate
from tests.people import ClientOf
from tests.safetycase.story import Story

HOME = "/products/digital-pharmacy/"
CASE = f"{HOME}safety-case/"


def sentences(product: Product, label: str = "") -> list[str]:
    return [each.sentence for each in missing_from(figures_for(product, label))]


# --- What is missing ------------------------------------------------------------------------------


def test_a_product_from_its_first_day(product: Product) -> None:
    assert sentences(product) == [
        "The hazard log is empty",
        "No release is planned",
        "There is no current clinical safety officer",
        "No clinical risk management plan is in force",
        "The risk matrix is not approved",
        "The intended use is not stated",
        "11 sections of the report have no narrative",
    ]


def test_what_the_story_lacks(story: Story) -> None:
    assert sentences(story.product, "1.1.0") == [
        "1 hazard has a risk that is not estimated",
        "1 hazard is still a draft",
        "1 control of this release is not verified",
        "2 residual risks wait for acceptance",
        "1 hazard is not yet placed in a release",
        "The accountable executive has not signed the appointment of Clara Officer",
        "The registration of Clara Officer was not checked within twelve months",
        "No clinical risk management plan is in force",
        "10 sections of the report have no narrative",
    ]


def test_each_thing_leads_to_where_it_is_put_right(
    story: Story, client_of: ClientOf, administrator: User
) -> None:
    client = client_of(story.cso)
    for each in missing_from(figures_for(story.product, "1.1.0")):
        assert client.get(each.url).status_code == 200, each.url
    edit_profile(
        profile=story.cso.profile,
        by=administrator,
        changes={"registration_checked_on": timezone.localdate()},
    )
    assert not any("registration" in each for each in sentences(story.product))


def test_a_control_without_an_instruction_names_its_hazard(story: Story) -> None:
    hazard = story.hazards["confirmed"]
    a_control(hazard, story.cso, "They watch the queue", party="deployer")
    [missing] = [
        each
        for each in missing_from(figures_for(story.product, "1.1.0"))
        if "instruction" in each.sentence
    ]
    assert missing.sentence == (
        "1 hazard has a deploying organisation's control without an instruction"
    )
    assert missing.hazards == [(hazard.display_reference, f"{HOME}hazards/{hazard.reference}/")]


def test_a_live_hazard_without_harm(story: Story) -> None:
    hazard = story.hazards["confirmed"]
    for harm in hazard.harms.all():
        withdraw_harm(harm=harm, by=story.cso, reason="It was no harm")
    assert "1 live hazard says no harm" in sentences(story.product, "1.1.0")


def test_an_officer_whose_role_ended(story: Story) -> None:
    role = Membership.objects.get(person=story.cso)
    end_membership(
        membership=role, by=system_person(), ends_on=date(2024, 6, 1), reason="Left the company"
    )
    assert "There is no current clinical safety officer" in sentences(story.product)


# --- Home -----------------------------------------------------------------------------------------


def test_home_counts_and_leads_to_the_log(story: Story, client_of: ClientOf) -> None:
    client = client_of(story.cso)
    page = client.get(HOME).content.decode()
    # Without a name the newest release that is not out is meant: 1.2.0 brings all but the unplaced.
    assert "Release 1.2.0" in page
    assert "6 hazards in scope" in page
    assert "2 confirmed" in page
    assert "1 provisional" in page
    assert "1 hazard not yet placed in a release is not counted here" in page
    assert "residual_cell=" in page
    assert "What is missing for the report" in page
    assert "The part was removed" in page  # why the last change was made


def test_the_squares_show_what_they_count(story: Story, client_of: ClientOf) -> None:
    client = client_of(story.cso)
    page = client.get(HOME).content.decode()
    squares = set(re.findall(r'<a href="([^"]*_cell=[^"]*)" aria-label="[^"]*: (\d+)">', page))
    assert squares
    for url, count in squares:
        answer = client.get(url.replace("&amp;", "&"))
        assert answer.status_code == 200
        assert len(answer.context["page"].object_list) == int(count)


def test_home_of_an_empty_product_teaches(product: Product, cso: User, client_of: ClientOf) -> None:
    page = client_of(cso).get(HOME).content.decode()
    assert "No hazards yet" in page
    assert "A worked example" in page


def test_strangers_and_administrators(
    product: Product, stranger: User, administrator: User, client_of: ClientOf
) -> None:
    for url in (HOME, CASE):
        assert client_of(stranger).get(url).status_code == 404
        answer = client_of(administrator).get(url)
        assert answer.status_code == 403
        assert "hold no clinical authority" in answer.content.decode()
        assert Client().get(url).status_code == 302


# --- Safety case ----------------------------------------------------------------------------------


def test_the_sections_with_how_far_they_are(story: Story, client_of: ClientOf) -> None:
    write_section(
        product=story.product,
        key=SectionKey.TEST_ISSUES,
        by=story.cso,
        narrative="{{ open_issues }} are open",
    )
    page = client_of(story.cso).get(CASE).content.decode()
    assert page.count("Empty") == 9
    assert page.count("Unknown placeholder") == 1
    assert "open_issues" in page
    for key in SectionKey:
        assert f"{CASE}sections/{key.value}/" in page


def test_every_section_page(product: Product, cso: User, client_of: ClientOf) -> None:
    client = client_of(cso)
    for key in SectionKey:
        for page in ("", "edit/", "history/"):
            assert client.get(f"{CASE}sections/{key.value}/{page}").status_code == 200


# --- Growth ---------------------------------------------------------------------------------------


def grow(product: Product, cso: User, feature: object, count: int) -> None:
    for number in range(count):
        hazard = a_hazard(product, cso, f"A hazard among many, number {number}")
        link_feature(hazard=hazard, feature=feature, by=cso)  # type: ignore[arg-type]
        a_harm(hazard, cso)
        cause = a_cause(hazard, cso)
        a_control(hazard, cso, causes=[cause])
        make_live(hazard=hazard, by=cso)
        an_estimate(hazard, cso)
        an_estimate(hazard, cso, stage=Stage.RESIDUAL)


def queries(client: Client, url: str) -> int:
    client.get(url)  # whatever is made at the first visit
    with CaptureQueriesContext(connection) as captured:
        assert client.get(url).status_code == 200
    return len(captured)


def test_pages_cost_the_same_with_10_and_with_40_hazards(
    product: Product, cso: User, client_of: ClientOf
) -> None:
    release, feature = make_release(product), make_feature(product)
    carry_feature(release=release, feature=feature, by=cso)
    for key in SectionKey:
        write_section(product=product, key=key, by=cso, narrative="{{ hazard_count }} hazards")
    client = client_of(cso)
    section = f"{CASE}sections/introduction/"
    grow(product, cso, feature, 10)
    few = {url: queries(client, url) for url in (HOME, CASE, section, f"{section}edit/")}
    grow(product, cso, feature, 30)
    many = {url: queries(client, url) for url in few}
    assert many == few
    assert many[HOME] <= 50
    assert many[CASE] <= 35
