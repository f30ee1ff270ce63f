"""What comes before the main job: a product, its people, its first release and feature."""

import re

from playwright.sync_api import Page, expect

from tests.journeys.browser import AssertAccessible
from tests.journeys.finding import button, expect_heading, expect_problem, field, link, row
from tests.journeys.site import Site

PRODUCT = "Evening Pharmacy"
HOME = "/products/evening-pharmacy/"
PASSWORD = "a-long-walk-by-the-canal"


def add_the_product(page: Page, check: AssertAccessible) -> None:
    page.goto("/")
    check(page)
    link(page, "New product").first.click()
    expect_heading(page, "New product")
    check(page)
    field(page, "Name").fill(PRODUCT)
    field(page, "Address").fill("Evening Pharmacy")
    button(page, "Add the product").click()
    expect_problem(page, "Organisation")
    expect(page).to_have_title(re.compile(r"^Error: New product"))
    check(page)

    field(page, "Organisation").fill("Parkside Digital Health")
    field(page, "Address").fill("evening-pharmacy")
    field(page, "Summary").fill("Repeat medicines after work.")
    button(page, "Add the product").click()
    expect_heading(page, "Team")
    expect(page.get_by_text("Nobody is on the team yet")).to_be_visible()
    check(page)

    link(page, "Add somebody").first.click()
    check(page)
    add_to_team(page, "cso", "Clinical safety officer")


def add_to_team(page: Page, person: str, role: str) -> None:
    field(page, "E-mail address").fill(f"{person}@demo.example")
    field(page, "Role").select_option(role)
    field(page, "Why").fill("Agreed at the kick-off")
    button(page, "Add to the team").click()
    expect_heading(page, "Team")
    expect(row(page, f"{person}@demo.example")).to_contain_text(role)


def invite_somebody_to_nothing(page: Page, check: AssertAccessible) -> None:
    page.goto("/people/")
    check(page)
    link(page, "Invite a person").click()
    check(page)
    field(page, "E-mail address").fill("newcomer@demo.example")
    field(page, "Name").fill("Nadia Newcomer")
    button(page, "Add and invite").click()
    expect_heading(page, "Nadia Newcomer")
    check(page)


def accept_the_invitation(page: Page, check: AssertAccessible, site: Site) -> None:
    letter = next(mail for mail in site.mails() if "newcomer@demo.example" in mail)
    address = re.search(r"http://\S+/invitation/\S+", letter)
    assert address is not None, letter
    page.goto(address[0])
    expect_heading(page, "Welcome, Nadia Newcomer")
    check(page)
    field(page, "Password").fill(PASSWORD)
    field(page, "The same password again").fill("something else")
    button(page, "Set the password").click()
    expect_problem(page, "The two passwords are not the same")
    check(page)
    field(page, "Password").fill(PASSWORD)
    field(page, "The same password again").fill(PASSWORD)
    button(page, "Set the password").click()

    expect_heading(page, "Sign in")
    field(page, "Email").fill("newcomer@demo.example")
    field(page, "Password").fill("not the password")
    button(page, "Sign in").click()
    expect_problem(page, "password")
    check(page)
    field(page, "Password").fill(PASSWORD)
    button(page, "Sign in").click()
    expect(page.get_by_text("You are on no product’s team yet")).to_be_visible()
    check(page)


def add_people_to_the_team(page: Page, check: AssertAccessible) -> None:
    page.goto(f"{HOME}team/")
    check(page)
    for person, role in (("engineer", "Contributor"), ("auditor", "Auditor")):
        link(page, "Add somebody").click()
        add_to_team(page, person, role)
    link(page, "Add somebody").click()
    field(page, "E-mail address").fill("auditor@demo.example")
    button(page, "Add to the team").click()
    expect_problem(page, "Role")
    check(page)


def look_at_the_empty_pages(page: Page, check: AssertAccessible) -> None:
    page.goto("/")
    link(page, PRODUCT).click()
    check(page)
    for rest in (
        *("hazards/", "hazards/imports/", "features/", "releases/", "reviews/"),
        *("safety-case/", "safety-case/sections/introduction/", "intended-use/", "matrix/"),
    ):
        page.goto(HOME + rest)
        check(page)


def add_a_release_and_a_feature(page: Page, check: AssertAccessible) -> None:
    page.goto(f"{HOME}releases/new/")
    button(page, "Add the release").click()
    expect_problem(page, "empty")
    check(page)
    field(page, "Version").fill("1.0.0")
    button(page, "Add the release").click()
    expect_heading(page, "Release 1.0.0")
    check(page)

    page.goto(f"{HOME}features/new/")
    field(page, "Title").fill("Repeat request")
    button(page, "Add the feature").click()
    expect_heading(page, "Repeat request")
    check(page)
