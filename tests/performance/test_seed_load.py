"""The synthetic load is a record like any other: whole, listed, and somebody can sign in."""

import io
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from audit.models import PendingEntry
from audit.tracked import history_model_of
from audit.verifying import verify
from hazards.models import Hazard, HazardSummary
from hazards.search.matching import search_log
from products.models import Product
from safetycase.synthetic.team import PASSWORD, address


def seed(*arguments: str, **options: Any) -> str:
    out = io.StringIO()
    call_command("seed_load", *arguments, "--allow-production", stdout=out, **options)
    return out.getvalue()


def test_a_load_is_whole_and_can_be_read(db: None) -> None:
    said = seed("--hazards", "12", "--products", "2", "--history", "800")
    assert list(verify()) == []
    assert not PendingEntry.objects.exists()
    assert Product.objects.filter(slug__in=("load-1", "load-2")).count() == 2
    assert HazardSummary.objects.count() == Hazard.objects.count() == 24
    assert history_model_of(Hazard)._default_manager.count() > 24
    assert PASSWORD in said

    browser = Client()
    login = {"login": address("cso"), "password": PASSWORD}
    assert browser.post("/accounts/login/", login).status_code == 302
    page = browser.get("/products/load-2/hazards/")
    assert page.status_code == 200
    assert b"HAZ-001" in page.content
    assert search_log(Product.objects.get(slug="load-1"), "the patient")


def test_another_run_adds_another_product(db: None) -> None:
    seed("--hazards", "1")
    assert "load-2" in seed("--hazards", "0")


def test_a_production_database_is_refused_unless_told(db: None) -> None:
    with pytest.raises(CommandError, match="--allow-production"):
        call_command("seed_load", "--hazards", "1")
    assert not Product.objects.exists()
