"""Comments: saying, answering, one's own again, and who is told."""

import pytest
from django.http import Http404

from accounts.models import Notification, User
from audit.errors import BadText, Conflict, NotAllowed, NotPossible
from audit.tracked import history_of
from products.actions import add_comment, edit_comment, withdraw_comment
from products.comments import CommentSubject, comments_on, mentioned_in, split_mentions
from products.models import Comment, Mention, Product
from products.parts import comment_about
from tests.factories import make_person


@pytest.fixture
def about(product: Product) -> CommentSubject:
    return CommentSubject(product, "hazard", "1", "HAZ-001 A repeat", "/hazard/")


def told(person: User) -> list[str]:
    return list(Notification.objects.filter(person=person).values_list("text", flat=True))


def test_whom_it_names_or_chooses_is_told_once(
    about: CommentSubject, cso: User, engineer: User, clinician: User
) -> None:
    comment = add_comment(
        about=about, by=engineer, text="Is it so, @clara officer?", people=[cso, clinician]
    )
    assert told(cso) == told(clinician) == ["Ed Engineer mentioned you on HAZ-001 A repeat"]
    assert Mention.objects.filter(comment=comment).count() == 2
    [notification] = Notification.objects.filter(person=cso)
    assert notification.url == f"/hazard/#comment-{comment.public_id}"
    edit_comment(comment=comment, about=about, by=engineer, text="Well, @Clara Officer?")
    assert len(told(cso)) == 1


def test_naming_oneself_tells_nobody(about: CommentSubject, engineer: User) -> None:
    add_comment(about=about, by=engineer, text="I, @Ed Engineer, will look")
    assert told(engineer) == []


def test_an_answer_tells_whom_it_answers_and_stands_below_the_first(
    about: CommentSubject, cso: User, engineer: User
) -> None:
    first = add_comment(about=about, by=engineer, text="Is it so?")
    answer = add_comment(about=about, by=cso, text="It is", replies_to=first)
    again = add_comment(about=about, by=engineer, text="Thank you", replies_to=answer)
    assert told(engineer) == ["Clara Officer answered you on HAZ-001 A repeat"]
    assert again.replies_to == first
    [thread] = comments_on(about).threads
    assert [reply.comment for reply in thread.replies] == [answer, again]


def test_an_auditor_reads_and_says_nothing(about: CommentSubject, auditor: User) -> None:
    with pytest.raises(NotAllowed):
        add_comment(about=about, by=auditor, text="Why?")


def test_only_ones_own_is_changed_and_every_version_is_kept(
    about: CommentSubject, cso: User, engineer: User
) -> None:
    comment = add_comment(about=about, by=engineer, text="First")
    with pytest.raises(NotAllowed, match="Only who wrote"):
        edit_comment(comment=comment, about=about, by=cso, text="Mine")
    with pytest.raises(NotAllowed, match="Only who wrote"):
        withdraw_comment(comment=comment, about=about, by=cso)
    edit_comment(comment=comment, about=about, by=engineer, text="Second")
    withdraw_comment(comment=comment, about=about, by=engineer)
    assert history_of(comment).count() == 3
    with pytest.raises(NotPossible, match="withdrawn already"):
        edit_comment(comment=comment, about=about, by=engineer, text="Third")


def test_what_one_changed_in_another_window_is_not_overwritten(
    about: CommentSubject, engineer: User
) -> None:
    comment = add_comment(about=about, by=engineer, text="First")
    edit_comment(comment=comment, about=about, by=engineer, text="Second", base_version=1)
    with pytest.raises(Conflict):
        edit_comment(comment=comment, about=about, by=engineer, text="Other", base_version=1)


def test_what_cannot_be_said(
    about: CommentSubject, product: Product, cso: User, stranger: User
) -> None:
    with pytest.raises(NotPossible, match="Write the comment"):
        add_comment(about=about, by=cso, text="  ")
    with pytest.raises(BadText):
        add_comment(about=about, by=cso, text="x" * 5_001)
    with pytest.raises(NotPossible, match="on the team"):
        add_comment(about=about, by=cso, text="Look", people=[stranger])
    elsewhere = CommentSubject(product, "hazard", "2", "HAZ-002", "/other/")
    other = add_comment(about=elsewhere, by=cso, text="There")
    with pytest.raises(NotPossible, match="about something else"):
        add_comment(about=about, by=cso, text="Here", replies_to=other)
    assert Comment.objects.count() == 1


def test_a_withdrawn_one_stays_as_a_line_only_where_it_was_answered(
    about: CommentSubject, cso: User, engineer: User
) -> None:
    alone = add_comment(about=about, by=engineer, text="Alone")
    first = add_comment(about=about, by=engineer, text="First")
    add_comment(about=about, by=cso, text="Answer", replies_to=first)
    for comment in (alone, first):
        withdraw_comment(comment=comment, about=about, by=engineer)
    comments = comments_on(about)
    assert [thread.comment for thread in comments.threads] == [first]
    assert comments.count == 1
    with pytest.raises(Http404):
        comment_about(about, first.public_id)


def test_only_the_newest_threads_are_shown(about: CommentSubject, cso: User) -> None:
    for number in range(4):
        add_comment(about=about, by=cso, text=f"Number {number}")
    shown = comments_on(about, most=3)
    assert shown.older == 1
    assert shown.threads[0].comment.text == "Number 1"


def test_a_longer_name_is_no_mention_of_a_shorter_one(db: None) -> None:
    short, long = make_person("Ann Smith"), make_person("Ann Smith-Jones")
    people = [short, long]
    assert mentioned_in("@Ann Smith-Jones, look", people) == [long]
    assert mentioned_in("@ann smith, look", people) == [short]
    assert mentioned_in("@Ann Smithson, look", people) == []
    assert mentioned_in("Ann Smith, look", people) == []
    assert split_mentions("", ["Ann"]) == []
    assert split_mentions("Hi @Ann.", ["Ann"]) == [(False, "Hi "), (True, "@Ann"), (False, ".")]
