"""Questions to the other side: who asks, who answers, how long it takes."""

import pytest

from accounts.models import Notification, User
from audit.errors import NotAllowed, NotPossible
from hazards.models import Hazard
from products.choices import Side
from products.models import Product
from reviews.actions.questions import answer_question, ask_question, withdraw_question
from reviews.models import Question
from reviews.rhythm.question_reading import questions_waiting, waits_of_questions
from tests.factories import make_feature
from tests.hazards.factories import a_hazard
from tests.people import ClientOf


@pytest.fixture
def hazard(product: Product, cso: User) -> Hazard:
    return a_hazard(product, cso)


def asked(hazard: Hazard, by: User, side: Side = Side.CLINICAL) -> Question:
    return ask_question(
        product=hazard.product,
        by=by,
        about_kind="hazard",
        about_id=str(hazard.public_id),
        to_side=side,
        text="Is monthly enough?",
    )


def test_everybody_of_the_side_is_told_and_the_asker_of_the_answer(
    hazard: Hazard, product_manager: User, cso: User, clinician: User, engineer: User
) -> None:
    question = asked(hazard, product_manager)
    assert {each.person for each in Notification.objects.all()} == {cso, clinician}
    [waiting] = questions_waiting(hazard.product)
    assert (waiting.side, waiting.asked_by) == (Side.CLINICAL, "Peter Planner")
    with pytest.raises(NotAllowed, match="asked of the clinical side"):
        answer_question(question=question, by=engineer, answer="Yes")
    with pytest.raises(NotPossible, match="Write the answer"):
        answer_question(question=question, by=clinician, answer=" ")
    answer_question(question=question, by=clinician, answer="For most of them")
    [told] = Notification.objects.filter(person=product_manager)
    assert "Farah Pharmacist answered your question" in told.text
    assert not questions_waiting(hazard.product)
    assert [(each.side, each.days) for each in waits_of_questions(hazard.product)] == [
        (Side.CLINICAL, 0)
    ]


def test_a_question_is_answered_once(hazard: Hazard, product_manager: User, cso: User) -> None:
    question = asked(hazard, product_manager)
    answer_question(question=question, by=cso, answer="Yes")
    with pytest.raises(NotPossible, match="meanwhile"):
        answer_question(question=question, by=cso, answer="No")
    with pytest.raises(NotPossible, match="meanwhile"):
        withdraw_question(question=question, by=product_manager)


def test_only_who_asked_takes_it_back(hazard: Hazard, product_manager: User, cso: User) -> None:
    question = asked(hazard, product_manager)
    with pytest.raises(NotAllowed, match="Only Peter Planner"):
        withdraw_question(question=question, by=cso)
    withdraw_question(question=question, by=product_manager)
    assert not questions_waiting(hazard.product)
    with pytest.raises(NotPossible, match="taken back"):
        answer_question(question=question, by=cso, answer="Yes")


def test_what_is_asked_about_is_there(product: Product, product_manager: User) -> None:
    for kind, named in (("hazard", "x"), ("weather", str(product.public_id)), ("feature", "")):
        with pytest.raises(NotPossible, match="not there any more"):
            ask_question(
                product=product,
                by=product_manager,
                about_kind=kind,
                about_id=named,
                to_side=Side.CLINICAL,
                text="Is it?",
            )


def test_asking_and_answering_on_pages(
    hazard: Hazard, product_manager: User, cso: User, client_of: ClientOf
) -> None:
    product = hazard.product
    home, feature = product.get_absolute_url(), make_feature(product)
    browser = client_of(product_manager)
    page = browser.get(f"{home}features/{feature.reference}/").content.decode()
    assert "Ask the other side" in page
    sent = {"kind": "feature", "id": str(feature.public_id), "to_side": "clinical", "text": ""}
    refused = browser.post(f"{home}questions/ask/", sent)
    assert refused.status_code == 422
    answer = browser.post(f"{home}questions/ask/", sent | {"text": "Is a week enough?"})
    assert answer.headers["Location"] == f"{home}features/{feature.reference}/"
    question = Question.objects.get()
    assert "Is a week enough?" in browser.get(answer.headers["Location"]).content.decode()
    officer = client_of(cso)
    listed = officer.get(f"{home}questions/").content.decode()
    assert "Is a week enough?" in listed
    assert "1 waiting, 0 answered" in " ".join(listed.split())
    url = f"{home}questions/{question.public_id}/answer/"
    assert officer.post(url, {"answer": "It is"}).status_code == 302
    assert "It is" in browser.get(f"{home}features/{feature.reference}/").content.decode()
