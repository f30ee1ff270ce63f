"""The browser harness: a real site, a real browser, and people who sign in through the form.

A journey asks for `browser_as` and gets a page for each person it needs::

    def test_the_officer_reads_the_log(
        browser_as: BrowserAs, assert_accessible: AssertAccessible
    ) -> None:
        page = browser_as("cso")
        page.goto("/products/digital-pharmacy/hazards/")
        assert_accessible(page)

Any message of the security policy, uncaught JavaScript error or 5xx answer fails the journey. The
ORM may not be called here: Playwright's loop runs in this thread, and the site has a database of
its own.
"""

import fcntl
import os
import re
import shutil
from collections.abc import Generator, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    Page,
    StorageState,
    expect,
    sync_playwright,
)

from tests.journeys.browser import (
    CHROMIUM,
    CHROMIUM_ARGUMENTS,
    SCREENSHOTS,
    WIDE,
    AssertAccessible,
    BrowserAs,
    Screenshot,
    Watch,
    accessibility_problems,
    take_screenshots,
)
from tests.journeys.site import Site, build_template, running_site

PASSWORD = "demo-password-2026"
# What a step may take, and a page to load: far more than either needs, for busy machines.
STEP_MILLISECONDS = 15_000
PAGE_MILLISECONDS = 60_000
OUTCOME = pytest.StashKey[bool]()
# The other modules are short: begun last, they even out what the processes have to do.
LONGEST_FIRST = [
    "test_pages_are_accessible.py",
    "test_gate.py",
    "test_main_job.py",
    "test_signing_and_issuing.py",
    "test_log.py",
    "test_nothing_is_lost.py",
]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the modules that take longest."""
    place = {name: number for number, name in enumerate(LONGEST_FIRST)}
    items.sort(key=lambda item: place.get(item.path.name, len(place)))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Remember whether the journey itself passed, for the fixtures that end after it."""
    report = yield
    if report.when == "call":
        item.stash[OUTCOME] = report.passed
    return report


@pytest.fixture(scope="session")
def seeded_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a migrated site with the demonstration in it, built once for all processes."""
    of_this_run = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        of_this_run = of_this_run.parent
    folder, built = of_this_run / "seeded", of_this_run / "seeded-is-built"
    with (of_this_run / "seeded.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not built.exists():
            shutil.rmtree(folder, ignore_errors=True)  # of a process that could not build it
            build_template(folder)
            built.touch()
    return folder


@pytest.fixture(scope="module")
def site(seeded_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The site that the journeys of one module share."""
    with running_site(seeded_template, tmp_path_factory.mktemp("site")) as running:
        yield running


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Debian's Chromium, headless."""
    arguments = list(CHROMIUM_ARGUMENTS)
    if os.geteuid() == 0:
        # Chromium's sandbox refuses to run as root.
        arguments.append("--no-sandbox")
    expect.set_options(timeout=STEP_MILLISECONDS)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=arguments)
        yield browser
        browser.close()


@pytest.fixture
def watch() -> Iterator[Watch]:
    """Fails the journey when a page reported an error."""
    watching = Watch()
    yield watching
    if watching.problems:
        pytest.fail("The browser reported:\n" + "\n".join(watching.problems), pytrace=False)


@pytest.fixture(scope="module")
def signed_in(site: Site) -> dict[str, StorageState]:
    """The cookies of whoever has signed in to the module's site: once each is enough."""
    return {}


@pytest.fixture
def browser_as(
    request: pytest.FixtureRequest,
    site: Site,
    chromium: Browser,
    watch: Watch,
    signed_in: dict[str, StorageState],
) -> Iterator[BrowserAs]:
    """Opens a browser for a person; see the module's own words."""
    contexts: list[BrowserContext] = []

    def open_for(person: str | None, *, with_script: bool = True) -> Page:
        context = chromium.new_context(
            base_url=site.url,
            viewport=WIDE,
            locale="en-GB",
            timezone_id="Europe/London",
            color_scheme="light",
            java_script_enabled=with_script,
            storage_state=signed_in.get(person or ""),
        )
        contexts.append(context)
        context.set_default_timeout(STEP_MILLISECONDS)
        context.set_default_navigation_timeout(PAGE_MILLISECONDS)
        context.on("page", watch.over)
        page = context.new_page()
        if person is not None and person not in signed_in:
            sign_in(page, f"{person}@demo.example", PASSWORD)
            signed_in[person] = context.storage_state()
        return page

    yield open_for
    if not request.node.stash.get(OUTCOME, False):
        keep_what_was_on_screen(request.node.name, contexts)
        print(site.logs())
    for context in contexts:
        context.close()


def sign_in(page: Page, email: str, password: str) -> None:
    """Sign in through the form, as a person does."""
    page.goto("/")
    page.locator("input[name=login]").fill(email)
    page.locator("input[name=password]").fill(password)
    page.locator("input[name=password]").press("Enter")
    expect(page.locator("input[name=password]")).to_have_count(0)


def keep_what_was_on_screen(test: str, contexts: list[BrowserContext]) -> None:
    """Write var/screenshots/failed-<test>-<n>.png and print each page's address."""
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    name = re.sub(r"\W+", "-", test).strip("-")
    pages = [page for context in contexts for page in context.pages]
    for number, page in enumerate(pages, start=1):
        picture = SCREENSHOTS / f"failed-{name}-{number}.png"
        page.screenshot(path=picture, full_page=True)
        print(f"{page.url} is in {picture}")


@pytest.fixture
def assert_accessible() -> AssertAccessible:
    """Checks a page against WCAG 2.2 AA with axe."""

    def check(page: Page, *, allow: dict[str, str] | None = None) -> None:
        problems = accessibility_problems(page, allow or {})
        if problems:
            pytest.fail(f"{page.url} is not accessible:\n" + "\n".join(problems), pytrace=False)

    return check


@pytest.fixture
def screenshot() -> Screenshot:
    """Writes pictures of a page to var/screenshots: light, dark and 390 px wide."""
    return take_screenshots
