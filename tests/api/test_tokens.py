"""Tokens: made, shown once, used, and never more than their maker."""

import datetime
import hashlib

import pytest
from django.core.cache import cache
from django.urls import reverse
from django.utils import timezone

from accounts.actions import deactivate_person
from accounts.models import User
from audit.errors import NotAllowed, NotPossible
from audit.models import Entry
from products.actions import end_membership
from products.actions.tokens import make_token, withdraw_token
from products.choices import Role, TokenScope
from products.models import ApiToken, ApiTokenSecret, Membership, Product
from products.rest.attempts import MOST_FAILURES
from tests.api.calling import Answer, call, problem_of, program_of
from tests.factories import join, make_feature
from tests.people import ClientOf, QueriesOf

DAY = datetime.timedelta(days=1)


@pytest.fixture(autouse=True)
def nobody_failed_before(db: None) -> None:
    cache.clear()


# --- What is kept ---------------------------------------------------------------------------------


def test_only_the_hash_of_a_token_is_kept(product: Product, engineer: User) -> None:
    program = program_of(engineer, product)
    assert program.secret.startswith("sct_")
    assert len(program.secret) >= 47, "32 random bytes"
    stored = ApiTokenSecret.objects.get(token=program.token)
    assert stored.sha256 == hashlib.sha256(program.secret.encode()).hexdigest()
    assert program.token.beginning == program.secret[:10]
    for entry in Entry.objects.filter(model="products.apitoken"):
        assert program.secret not in entry.row
        assert stored.sha256 not in entry.row


def test_no_two_tokens_are_alike(product: Product, engineer: User) -> None:
    assert len({program_of(engineer, product).secret for _ in range(20)}) == 20


@pytest.mark.parametrize(("days", "fits"), [(-1, False), (0, True), (365, True), (366, False)])
def test_a_token_lasts_a_year_at_most(
    product: Product, engineer: User, days: int, fits: bool
) -> None:
    last = timezone.localdate() + days * DAY
    if fits:
        assert program_of(engineer, product, until=last).token.expires_on == last
        return
    with pytest.raises(NotPossible, match="No token was made"):
        program_of(engineer, product, until=last)
    assert not ApiToken.objects.exists()


def test_an_auditor_makes_none(product: Product, auditor: User) -> None:
    with pytest.raises(NotAllowed):
        program_of(auditor, product)


# --- The door -------------------------------------------------------------------------------------


def test_a_token_opens_its_own_product_only(
    product: Product, other_product: Product, engineer: User
) -> None:
    join(other_product, engineer, Role.CONTRIBUTOR)
    program = program_of(engineer, product)
    assert program.get("features")["items"] == []
    problem_of(program.call("GET", f"/api/v1/products/{other_product.slug}/features"), 404)
    [only] = program.get("/api/v1/products")["items"]
    assert only["slug"] == product.slug
    assert only["roles"] == ["contributor"]


def test_without_a_token_nothing_opens(
    product: Product, engineer: User, client_of: ClientOf
) -> None:
    address = f"/api/v1/products/{product.slug}/features"
    answer = call("GET", address)
    problem_of(answer, 401)
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")
    # Whoever is signed in is nobody here: a page of somebody else could call in their name.
    problem_of(client_of(engineer).get(address), 401)
    problem_of(client_of(engineer).post(address, {"title": "x"}, "application/json"), 401)


@pytest.mark.parametrize(
    "header", ["", "Bearer", "Bearer ", "Basic abc", "sct_x", "Bearer sct_unknown", "Bearer \u00e9"]
)
def test_what_is_no_token_of_ours_is_refused(product: Product, header: str) -> None:
    problem_of(call("GET", "/api/v1/products", authorization=header), 401)


@pytest.mark.parametrize("name", ["token", "access_token", "api_key", "Token", "anything"])
def test_a_token_in_the_address_is_refused(product: Product, engineer: User, name: str) -> None:
    program = program_of(engineer, product)
    problem = problem_of(program.call("GET", f"/api/v1/products?{name}={program.secret}"), 401)
    assert "withdraw it now" in problem["detail"]


def test_a_withdrawn_token_is_refused_at_once(product: Product, engineer: User) -> None:
    program = program_of(engineer, product)
    withdraw_token(token=program.token, by=engineer, reason="It leaked")
    problem = problem_of(program.call("GET", "features"), 401)
    assert "withdrawn" in problem["detail"]


def test_a_token_ends_with_its_last_day(
    product: Product, engineer: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    today = timezone.localdate()
    program = program_of(engineer, product, until=today)
    assert program.call("GET", "features").status_code == 200
    monkeypatch.setattr("products.rest.door.timezone.localdate", lambda: today + DAY)
    assert "ended on" in problem_of(program.call("GET", "features"), 401)["detail"]


def test_a_token_stops_when_its_maker_may_not_sign_in(
    product: Product, engineer: User, administrator: User
) -> None:
    program = program_of(engineer, product)
    deactivate_person(person=engineer, by=administrator, reason="Left")
    problem_of(program.call("GET", "features"), 401)


def test_a_token_stops_when_the_role_of_its_maker_ends(
    product: Product, engineer: User, cso: User
) -> None:
    program = program_of(engineer, product)
    role = Membership.objects.get(person=engineer)
    end_membership(membership=role, by=cso, ends_on=timezone.localdate() - DAY, reason="Moved on")
    problem = problem_of(program.call("GET", "features"), 403)
    assert "has no role" in problem["detail"]


def test_a_token_may_do_less_when_its_maker_may(
    product: Product, product_manager: User, cso: User
) -> None:
    program = program_of(product_manager, product)
    assert program.post("features", {"title": "A"}).status_code == 201
    role = Membership.objects.get(person=product_manager)
    end_membership(
        membership=role, by=cso, ends_on=timezone.localdate() - DAY, reason="Audits it now"
    )
    join(product, product_manager, Role.AUDITOR)
    assert len(program.get("features")["items"]) == 1
    problem_of(program.post("features", {"title": "B"}), 403)


def test_what_a_program_did_is_told_from_what_its_maker_did(
    product: Product, product_manager: User
) -> None:
    program = program_of(product_manager, product)
    program.post("features", {"title": "A", "reason": "Planned in the tracker"})
    entry = Entry.objects.filter(model="products.feature").latest("pk")
    assert entry.person == product_manager
    assert entry.reason == "Planned in the tracker (by the token “Pipeline”)"
    make_feature(product, "B")
    assert "token" not in Entry.objects.filter(model="products.feature").latest("pk").reason


def test_its_last_use_is_noted(product: Product, engineer: User) -> None:
    program = program_of(engineer, product)
    uses = ApiTokenSecret.objects.filter(token=program.token).values_list("last_used", flat=True)
    assert uses.get() is None
    program.get("features")
    first = uses.get()
    assert first is not None
    program.get("features")
    assert uses.get() == first, "once a minute is enough"


def test_a_refused_use_is_no_use(product: Product, engineer: User) -> None:
    program = program_of(engineer, product, TokenScope.GATE)
    problem_of(program.call("GET", "features"), 403)
    assert ApiTokenSecret.objects.get(token=program.token).last_used is None


# --- Guessing -------------------------------------------------------------------------------------


def test_who_guesses_is_stopped_for_a_while(product: Product, engineer: User) -> None:
    program = program_of(engineer, product)
    for number in range(MOST_FAILURES):
        problem_of(call("GET", "/api/v1/products", secret=f"sct_guess{number}"), 401)
    answer = call("GET", "/api/v1/products", secret="sct_guess")
    problem_of(answer, 429)
    assert int(answer.headers["Retry-After"]) > 0
    # A right guess is told no more than a wrong one.
    problem_of(program.call("GET", "features"), 429)
    cache.clear()
    program.get("features")


def test_an_old_token_is_no_guess(product: Product, engineer: User) -> None:
    """A pipeline that nobody told of it does not lock out its neighbours."""
    old, new = program_of(engineer, product), program_of(engineer, product)
    withdraw_token(token=old.token, by=engineer, reason="Replaced")
    for _ in range(MOST_FAILURES + 1):
        problem_of(old.call("GET", "features"), 401)
    new.get("features")


# --- Pages ----------------------------------------------------------------------------------------


def send_form(product: Product, person: User, client_of: ClientOf, **values: object) -> Answer:
    until = timezone.localdate() + DAY
    sent = {"name": "CI", "scope": "gate", "expires_on": until.isoformat()} | values
    return client_of(person).post(reverse("token_new", args=[product.slug]), sent)


def test_a_token_is_shown_once(product: Product, engineer: User, client_of: ClientOf) -> None:
    answer = send_form(product, engineer, client_of)
    page = answer.content.decode()
    secret = page.split('token-secret">')[1].split("<")[0]
    assert call("GET", "/api/v1/products", secret=secret).status_code == 403, "of the gate only"
    assert "no-store" in answer.headers["Cache-Control"]
    listed = client_of(engineer).get(reverse("token_list", args=[product.slug])).content.decode()
    assert secret not in listed
    assert secret[:10] in listed


def test_one_form_makes_one_token(product: Product, engineer: User, client_of: ClientOf) -> None:
    form = {"public_id": "9d4b3a52-5c29-4c54-9f66-7b0f1d0f8a10"}
    send_form(product, engineer, client_of, **form)
    again = send_form(product, engineer, client_of, **form)
    assert again.status_code == 422
    assert ApiToken.objects.count() == 1


@pytest.mark.parametrize("scope", ["monitor", "everything", ""])
def test_a_scope_that_does_nothing_is_not_offered(
    product: Product, engineer: User, client_of: ClientOf, scope: str
) -> None:
    answer = send_form(product, engineer, client_of, scope=scope)
    assert answer.status_code == 422
    assert not ApiToken.objects.exists()


def test_a_token_is_withdrawn_from_its_list(
    product: Product, engineer: User, client_of: ClientOf
) -> None:
    token = program_of(engineer, product).token
    address = reverse("token_withdraw", args=[product.slug, token.public_id])
    assert (
        address
        in client_of(engineer).get(reverse("token_list", args=[product.slug])).content.decode()
    )
    client_of(engineer).post(address, {"reason": "It leaked"})
    token.refresh_from_db()
    assert not token.is_active
    with pytest.raises(NotPossible, match="withdrawn already"):
        withdraw_token(token=token, by=engineer, reason="Again")


def test_only_its_maker_and_the_leads_withdraw_it(
    product: Product, engineer: User, clinician: User, cso: User, stranger: User
) -> None:
    token = program_of(engineer, product).token
    for person in (clinician, stranger):
        with pytest.raises(NotAllowed, match="somebody else’s"):
            withdraw_token(token=token, by=person, reason="Mine now")
    withdraw_token(token=token, by=cso, reason="The laptop was stolen")


def test_the_list_says_what_stopped_a_token(
    product: Product, engineer: User, cso: User, client_of: ClientOf
) -> None:
    program_of(engineer, product)
    role = Membership.objects.get(person=engineer)
    end_membership(membership=role, by=cso, ends_on=timezone.localdate() - DAY, reason="Moved on")
    page = client_of(cso).get(reverse("token_list", args=[product.slug])).content.decode()
    assert "Whoever made it has no role here today." in page


def test_the_list_asks_as_often_for_many(
    product: Product, engineer: User, client_of: ClientOf, queries_of: QueriesOf
) -> None:
    address = reverse("token_list", args=[product.slug])
    client = client_of(engineer)
    program_of(engineer, product)
    queries_of(client, address)
    few = queries_of(client, address)
    for _ in range(20):
        program_of(engineer, product)
    assert queries_of(client, address) == few


def test_history_shows_who_made_and_withdrew_it(
    product: Product, engineer: User, client_of: ClientOf
) -> None:
    token = make_token(
        product=product,
        by=engineer,
        name="Deployment",
        scope=TokenScope.GATE,
        expires_on=timezone.localdate(),
        reason="For the new pipeline",
    ).token
    withdraw_token(token=token, by=engineer, reason="It leaked")
    page = client_of(engineer).get(reverse("token_history", args=[product.slug])).content.decode()
    assert "For the new pipeline" in page
    assert "It leaked" in page
