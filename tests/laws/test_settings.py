"""How the site starts, and what every answer of it carries."""

import base64
import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings
from django.contrib.staticfiles import finders
from django.test import Client
from django.urls import NoReverseMatch, reverse

from accounts.models import User
from tests.laws.source import ROOT, named, packages
from tests.people import ClientOf

PRODUCTION = {
    "SECRET_KEY": "long-and-random-qW8eR2tY6uI0oP4aS8dF2gH6jK0lZ4xC8vB2nM6",
    "ALLOWED_HOSTS": "safety.example.org",
    "DATABASE_URL": "sqlite://:memory:",
}

SHOWN = """
import json
import django
from django.conf import settings
django.setup()
print(json.dumps({name: getattr(settings, name) for name in NAMES}, default=str))
"""


def start(environment: dict[str, str], code: str) -> "subprocess.CompletedProcess[str]":
    """Run code as a fresh process would, with this environment and nobody's ``.env``."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    base = {"DJANGO_SETTINGS_MODULE": "safetycase.settings", "READ_DOTENV": "false"}
    return subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env=kept | base | environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def settings_of(environment: dict[str, str], *names: str) -> dict[str, Any]:
    done = start(environment, SHOWN.replace("NAMES", repr(names)))
    assert done.returncode == 0, done.stderr
    shown: dict[str, Any] = json.loads(done.stdout)
    return shown


# --- A production start refuses nonsense ----------------------------------------------------------


@pytest.mark.parametrize("name", ["SECRET_KEY", "ALLOWED_HOSTS"])
@pytest.mark.parametrize("value", [None, ""])
def test_production_does_not_start_without(name: str, value: str | None) -> None:
    environment = {key: text for key, text in PRODUCTION.items() if key != name}
    if value is not None:
        environment[name] = value
    refused = start(environment, "import django; django.setup()")
    assert refused.returncode != 0
    last = refused.stderr.strip().splitlines()[-1]
    assert f"{name} is not set. Set it to" in last, "it says what to set"


def test_production_starts_with_both_and_nothing_else() -> None:
    shown = settings_of(PRODUCTION, "DEBUG", "ALLOWED_HOSTS")
    assert shown == {"DEBUG": False, "ALLOWED_HOSTS": ["safety.example.org"]}


def test_no_key_is_written_in_the_source() -> None:
    text = (ROOT / "safetycase" / "settings.py").read_text(encoding="utf-8")
    assert 'SECRET_KEY = env.str("SECRET_KEY", default="")' in text


def test_production_is_safe_on_the_wire_unless_told_otherwise() -> None:
    names = (
        "SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE", "SESSION_COOKIE_HTTPONLY",
        "CSRF_COOKIE_HTTPONLY", "SECURE_SSL_REDIRECT", "SECURE_HSTS_INCLUDE_SUBDOMAINS",
        "SECURE_HSTS_PRELOAD", "SECURE_CONTENT_TYPE_NOSNIFF",
    )  # fmt: skip
    assert settings_of(PRODUCTION, *names) == dict.fromkeys(names, True)
    shown = settings_of(PRODUCTION, "SECURE_HSTS_SECONDS", "SESSION_COOKIE_SAMESITE")
    assert shown == {"SECURE_HSTS_SECONDS": 365 * 24 * 3600, "SESSION_COOKIE_SAMESITE": "Lax"}


def test_a_proxy_is_trusted_only_when_told_so() -> None:
    assert settings_of(PRODUCTION, "SECURE_PROXY_SSL_HEADER")["SECURE_PROXY_SSL_HEADER"] is None
    behind = settings_of(PRODUCTION | {"BEHIND_TLS_PROXY": "true"}, "SECURE_PROXY_SSL_HEADER")
    assert behind["SECURE_PROXY_SSL_HEADER"] == ["HTTP_X_FORWARDED_PROTO", "https"]


# --- The database ---------------------------------------------------------------------------------


def test_sqlite_queues_writers_and_keeps_what_it_acknowledged(tmp_path: Path) -> None:
    database = f"sqlite:///{tmp_path}/x.sqlite3"
    shown = settings_of(PRODUCTION | {"DATABASE_URL": database}, "DATABASES")["DATABASES"]
    options = shown["default"]["OPTIONS"]
    assert options["transaction_mode"] == "IMMEDIATE"
    assert options["timeout"] == 30
    assert "journal_mode=WAL" in options["init_command"]
    assert "synchronous=FULL" in options["init_command"]
    assert shown["default"]["ATOMIC_REQUESTS"] is False


def test_postgresql_is_chosen_by_its_address() -> None:
    environment = PRODUCTION | {"DATABASE_URL": "postgres://me:pass@db.example:5433/safety"}
    default = settings_of(environment, "DATABASES")["DATABASES"]["default"]
    assert default["ENGINE"] == "django.db.backends.postgresql"
    assert (default["HOST"], default["PORT"], default["NAME"]) == ("db.example", 5433, "safety")
    assert default["ATOMIC_REQUESTS"] is False


def test_sqlite_is_the_database_that_the_tests_run_on_as_the_site_does(db: None) -> None:
    from django.db import connection

    if connection.vendor != "sqlite":
        return
    with connection.cursor() as cursor:
        for pragma, value in (("foreign_keys", 1), ("synchronous", 2)):
            cursor.execute(f"PRAGMA {pragma}")
            assert cursor.fetchone() == (value,), pragma


# --- What is installed ----------------------------------------------------------------------------


def test_there_is_no_side_door_round_the_actions() -> None:
    assert not apps.is_installed("django.contrib.admin")
    assert not apps.is_installed("django.contrib.admindocs")
    with pytest.raises(NoReverseMatch):
        reverse("admin:index")


def test_everything_asks_for_a_sign_in_unless_it_says_otherwise() -> None:
    assert "accounts.middleware.SignInFirstMiddleware" in settings.MIDDLEWARE
    order = [name.rsplit(".", 1)[1] for name in settings.MIDDLEWARE]
    assert order.index("AuthenticationMiddleware") < order.index("SignInFirstMiddleware")


def test_no_state_lives_in_a_web_process() -> None:
    backends = {cache["BACKEND"] for cache in settings.CACHES.values()}
    assert backends == {"django.core.cache.backends.db.DatabaseCache"}
    assert settings.SESSION_ENGINE == "django.contrib.sessions.backends.db"


PUBLISHED = {
    "bootstrap.min.css": "sRIl4kxILFvY47J16cr9ZwB07vP4J8+LH7qKQnuqkuIAvNWLzeN8tE5YBujZqJLB",
    "bootstrap.bundle.min.js": "FKyoEForCGlyvwx9Hj09JcYn3nv7wiPVlz7YYwJrWVcXK/BmnVDxM+D2scQbITxI",
}


@pytest.mark.parametrize("name", PUBLISHED)
def test_bootstrap_is_what_bootstrap_published(name: str) -> None:
    """The SHA-384 that https://getbootstrap.com prints as the file's integrity value."""
    folder = name.rsplit(".", 1)[1]
    found = finders.find(f"bootstrap/{folder}/{name}") or finders.find(f"bootstrap/{name}")
    assert isinstance(found, str), "the site serves it"
    digest = hashlib.sha384(Path(found).read_bytes()).digest()
    assert base64.b64encode(digest).decode() == PUBLISHED[name]


def test_the_pages_use_that_bootstrap() -> None:
    base = (ROOT / "templates" / "base.html").read_text(encoding="utf-8")
    assert "bootstrap/css/bootstrap.min.css" in base


def test_no_copy_of_bootstrap_or_htmx_is_kept_beside_it() -> None:
    folders = [ROOT / "static", *(package / "static" for package in packages())]
    copies = [
        named(path)
        for folder in folders
        if folder.is_dir()
        for path in folder.rglob("*")
        if path.name.startswith(("bootstrap", "htmx"))
    ]
    assert copies == []


# --- What every answer carries --------------------------------------------------------------------

POLICY = {
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data:",
    "font-src 'self'",
    "connect-src 'self'",
    "form-action 'self'",
    "frame-ancestors 'none'",
    "base-uri 'none'",
}


@pytest.mark.parametrize("address", ["/accounts/login/", "/", "/nowhere/", "/healthz"])
def test_every_answer_has_exactly_this_policy(address: str, db: None) -> None:
    answer = Client().get(address)
    directives = answer.headers["Content-Security-Policy"].split("; ")
    assert len(directives) == len(POLICY)
    assert set(directives) == POLICY
    assert "Content-Security-Policy-Report-Only" not in answer.headers


def test_a_page_for_somebody_signed_in_has_the_same_policy(cso: User, client_of: ClientOf) -> None:
    answer = client_of(cso).get("/")
    assert answer.status_code == 200
    assert set(answer.headers["Content-Security-Policy"].split("; ")) == POLICY


def test_an_answer_says_how_it_may_be_used(db: None) -> None:
    headers = Client().get("/accounts/login/", secure=True).headers
    assert headers["Strict-Transport-Security"] == ("max-age=31536000; includeSubDomains; preload")
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"


def test_plain_http_is_sent_to_https_in_production(db: None, settings: Any) -> None:
    settings.SECURE_SSL_REDIRECT = True
    answer = Client().get("/accounts/login/")
    assert (answer.status_code, answer["Location"]) == (301, "https://testserver/accounts/login/")


def test_cookies_are_for_this_site_and_not_for_scripts(db: None) -> None:
    client = Client()
    client.get("/accounts/login/", secure=True)
    cookie = client.cookies["csrftoken"]
    assert cookie["secure"]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"


def test_a_session_cookie_is_for_this_site_and_not_for_scripts(cso: User) -> None:
    cso.set_password("correct horse battery")
    cso.save()
    client = Client()
    client.post(
        "/accounts/login/",
        {"login": cso.email, "password": "correct horse battery"},
        secure=True,
    )
    cookie = client.cookies["sessionid"]
    assert cookie["secure"]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"


def test_a_post_without_its_token_is_refused(cso: User) -> None:
    client = Client(enforce_csrf_checks=True)
    answer = client.post("/accounts/login/", {"login": cso.email, "password": "x"})
    assert answer.status_code == 403


@pytest.mark.parametrize("address", ["//evil.example/", "https://evil.example/", "/\\evil.example"])
def test_signing_in_leads_to_our_own_pages_only(cso: User, address: str) -> None:
    cso.set_password("correct horse battery")
    cso.save()
    answer = Client().post(
        "/accounts/login/",
        {"login": cso.email, "password": "correct horse battery", "next": address},
    )
    assert answer.status_code == 302
    assert answer["Location"] == "/"


def test_htmx_runs_no_text_as_code_and_brings_no_styles() -> None:
    base = (ROOT / "templates" / "base.html").read_text(encoding="utf-8")
    assert '"allowEval": false' in base or '"allowEval":false' in base
    assert '"includeIndicatorStyles": false' in base or '"includeIndicatorStyles":false' in base
