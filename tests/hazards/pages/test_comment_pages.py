"""The pages of comments on a hazard."""

import pytest
from django.urls import reverse

from accounts.models import Notification, User
from hazards.actions.merging import merge_hazards
from hazards.models import Hazard
from hazards.views import comments
from products.models import Comment, Product
from tests.hazards.factories import a_hazard
from tests.people import ClientOf, QueriesOf

IN_PLACE = {"HX-Request": "true", "HX-Target": "slot-comments"}


@pytest.fixture
def hazard(product: Product, cso: User) -> Hazard:
    return a_hazard(product, cso, "A repeat continues")


def url(name: str, hazard: Hazard, comment: Comment | None = None) -> str:
    more = [comment.public_id] if comment else []
    return reverse(name, args=[hazard.product.slug, hazard.reference, *more])


def test_a_comment_is_written_read_answered_changed_and_withdrawn(
    hazard: Hazard, cso: User, engineer: User, client_of: ClientOf
) -> None:
    officer, ed = client_of(cso), client_of(engineer)
    said = {"text": "Is it so, <b>@Clara Officer</b>?"}
    answer = ed.post(url("comment_add", hazard), said)
    assert answer["Location"] == url("hazard_comments", hazard)
    comment = Comment.objects.get()
    page = officer.get(url("hazard_comments", hazard)).content.decode()
    assert '<span class="mention">@Clara Officer</span>' in page
    assert "<b>" not in page
    officer.post(url("comment_reply", hazard, comment), {"text": "It is", "people": [engineer.pk]})
    text = Notification.objects.get(person=engineer).text
    assert text == "Clara Officer mentioned you on HAZ-001 A repeat continues"
    form = ed.get(url("comment_edit", hazard, comment)).context["form"]
    assert form.initial["text"] == comment.text
    ed.post(url("comment_edit", hazard, comment), {"text": "Now?", "base_version": 1})
    page = ed.get(url("hazard_comments", hazard)).content.decode()
    assert "Now?" in page
    assert "changed since" in page
    ed.post(url("comment_withdraw", hazard, comment))
    page = ed.get(url("hazard_comments", hazard)).content.decode()
    assert "Now?" not in page
    assert "Ed Engineer withdrew this comment" in page


def test_a_notification_leads_to_the_comment(
    hazard: Hazard, cso: User, engineer: User, client_of: ClientOf
) -> None:
    client_of(engineer).post(url("comment_add", hazard), {"text": "Look, @Clara Officer"})
    told, comment = Notification.objects.get(), Comment.objects.get()
    client = client_of(cso)
    answer = client.post(reverse("notification_open", args=[told.pk]))
    assert answer["Location"].endswith(f"/comments/#comment-{comment.public_id}")
    assert f'id="comment-{comment.public_id}"' in client.get(answer["Location"]).content.decode()


def test_an_empty_comment_is_refused_with_a_sentence(
    hazard: Hazard, cso: User, client_of: ClientOf
) -> None:
    answer = client_of(cso).post(url("comment_add", hazard), {"text": " "})
    assert answer.status_code == 422
    assert "cannot be empty" in answer.content.decode()


def test_in_place_the_form_and_what_is_left_of_it_are_fragments(
    hazard: Hazard, cso: User, client_of: ClientOf
) -> None:
    client = client_of(cso)
    form = client.get(url("comment_add", hazard), headers=IN_PLACE)
    assert "<html" not in form.content.decode()
    answer = client.post(url("comment_add", hazard), {"text": "Look"}, headers=IN_PLACE)
    assert answer.status_code == 200
    assert "comments-changed" in answer["HX-Trigger"]
    assert "<html" not in answer.content.decode()
    headers = {"HX-Request": "true", "HX-Target": "comments-list"}
    part = client.get(url("hazard_comments", hazard), headers=headers).content.decode()
    assert "Look" in part
    assert "<html" not in part


def test_two_windows_with_ones_own_comment(hazard: Hazard, cso: User, client_of: ClientOf) -> None:
    client = client_of(cso)
    client.post(url("comment_add", hazard), {"text": "First"})
    change = url("comment_edit", hazard, Comment.objects.get())
    client.post(change, {"text": "Second", "base_version": 1})
    answer = client.post(change, {"text": "Third", "base_version": 1})
    assert answer.status_code == 409
    page = answer.content.decode()
    assert "Second" in page
    assert "Third" in page


def test_an_auditor_reads_and_has_no_form(
    hazard: Hazard, cso: User, auditor: User, client_of: ClientOf
) -> None:
    client_of(cso).post(url("comment_add", hazard), {"text": "Look"})
    page = client_of(auditor).get(url("hazard_comments", hazard)).content.decode()
    assert "Look" in page
    assert "Write a comment" not in page
    assert "Answer" not in page


def test_a_comment_of_another_hazard_is_not_found(
    hazard: Hazard, product: Product, cso: User, client_of: ClientOf
) -> None:
    client = client_of(cso)
    client.post(url("comment_add", hazard), {"text": "Look"})
    other = a_hazard(product, cso, "Another")
    assert client.get(url("comment_reply", other, Comment.objects.get())).status_code == 404


def test_the_list_asks_as_much_for_forty_as_for_ten(
    hazard: Hazard, cso: User, client_of: ClientOf, queries_of: QueriesOf
) -> None:
    client, counts = client_of(cso), []
    for more in (10, 30):
        for number in range(more):
            client.post(url("comment_add", hazard), {"text": f"{more} {number} @Clara Officer"})
        client.get(url("hazard_comments", hazard))
        counts.append(queries_of(client, url("hazard_comments", hazard)))
    assert counts[0] == counts[1]


def test_what_was_said_about_a_merged_hazard_goes_on_at_the_one_that_stays(
    hazard: Hazard, product: Product, cso: User, engineer: User, client_of: ClientOf
) -> None:
    officer, ed = client_of(cso), client_of(engineer)
    gone, middle = a_hazard(product, cso, "The same"), a_hazard(product, cso, "The same again")
    ed.post(url("comment_add", gone), {"text": "Seen twice on the ward"})
    for survivor, merged in ((middle, gone), (hazard, middle)):
        merge_hazards(survivor=survivor, merged=merged, by=cso, reason="The same")

    page = ed.get(url("hazard_comments", hazard)).content.decode()
    assert "Seen twice on the ward" in page
    assert "on HAZ-002, which was merged into this one" in page
    comment = Comment.objects.get()
    officer.post(url("comment_reply", hazard, comment), {"text": "Which ward?"})
    for place in (hazard, gone):
        assert "Which ward?" in ed.get(url("hazard_comments", place)).content.decode()
    ed.post(url("comment_edit", hazard, comment), {"text": "Once", "base_version": 1})
    assert "Once" in ed.get(url("hazard_comments", hazard)).content.decode()
    other = a_hazard(product, cso, "Another")
    assert officer.get(url("comment_reply", other, comment)).status_code == 404


def test_older_threads_can_be_read(
    hazard: Hazard, cso: User, client_of: ClientOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(comments, "MOST_THREADS", 1)
    officer = client_of(cso)
    for text in ("The first of them", "The second of them"):
        officer.post(url("comment_add", hazard), {"text": text})
    page = officer.get(url("hazard_comments", hazard)).content.decode()
    assert "The first of them" not in page
    assert "1 older thread: " in page
    all_of_them = officer.get(f"{url('hazard_comments', hazard)}?all=1").content.decode()
    assert "The first of them" in all_of_them
