"""Comments: what people say to each other about a thing, and who is told of it."""

from collections.abc import Iterable

from accounts.actions.notifications import tell
from accounts.models import User
from audit.acts import act
from audit.concurrency import merged_changes
from audit.errors import NotAllowed, NotPossible
from products.comments import CommentSubject, mentioned_in
from products.models import Comment, Mention
from products.permissions import Ability, check_can
from products.queries import people_on_team


def add_comment(
    *,
    about: CommentSubject,
    by: User,
    text: str,
    people: Iterable[User] = (),
    replies_to: Comment | None = None,
    reason: str = "",
) -> Comment:
    """Say something about a thing, or answer what somebody said.

    Whoever is chosen in ``people`` or named in the text (@Clara Officer) is told, and so is whom
    it answers. Raises ``NotAllowed``; ``NotPossible`` for an empty comment, an answer to what is
    not there, and people who are not on the team; ``BadText``.
    """
    check_can(by, Ability.COMMENT, about.product)
    if not text.strip():
        raise NotPossible("Write the comment. Nothing was saved.")
    if replies_to is not None:
        replies_to = replies_to.replies_to or replies_to  # answers stand below the first comment
        _check_about(replies_to, about)
    default = f"Answered about {about.words}" if replies_to else f"Commented on {about.words}"
    with act(by=by, reason=reason or _short(default), scope=about.product.scope) as under_way:
        comment = Comment(
            product=about.product,
            about_kind=about.kind,
            about_id=replies_to.about_id if replies_to else about.id,
            replies_to=replies_to,
            text=text.strip(),
            written_at=under_way.at,
            written_by=by,
        )
        comment.save()
        told = _mention(comment, about, by, people)
        if replies_to is not None and replies_to.written_by_id not in {by.pk, *told}:
            _tell(replies_to.written_by, f"{by.name} answered you on {about.words}", comment, about)
    return comment


def edit_comment(
    *,
    comment: Comment,
    about: CommentSubject,
    by: User,
    text: str,
    people: Iterable[User] = (),
    base_version: int | None = None,
    reason: str = "",
) -> Comment:
    """Change one's own comment; who is newly named is told. Every version is kept.

    Raises as ``add_comment``; ``Conflict`` when one changed it in another window meanwhile.
    """
    if not text.strip():
        raise NotPossible("A comment cannot be empty. Nothing was saved; withdraw it instead.")
    _check_own(comment, by, about)
    default = f"Changed a comment on {about.words}"
    with act(by=by, reason=reason or _short(default), scope=about.product.scope):
        locked = _locked(comment)
        for name, value in merged_changes(locked, {"text": text.strip()}, base_version).items():
            setattr(locked, name, value)
        locked.save()
        _mention(locked, about, by, people)
    return locked


def withdraw_comment(
    *, comment: Comment, about: CommentSubject, by: User, reason: str = ""
) -> Comment:
    """Take one's own comment back; it stays in the record. Raises as ``add_comment``."""
    _check_own(comment, by, about)
    default = f"Withdrew a comment on {about.words}"
    with act(by=by, reason=reason or _short(default), scope=about.product.scope):
        locked = _locked(comment)
        locked.is_active = False
        locked.save()
    return locked


def _check_own(comment: Comment, by: User, about: CommentSubject) -> None:
    check_can(by, Ability.COMMENT, about.product)
    _check_about(comment, about)
    if comment.written_by_id != by.pk:
        raise NotAllowed(
            "Only who wrote a comment changes or withdraws it. Nothing was changed. Answer it."
        )


def _check_about(comment: Comment, about: CommentSubject) -> None:
    is_of_kind = (comment.product_id, comment.about_kind) == (about.product.pk, about.kind)
    if not is_of_kind or comment.about_id not in about.ids:
        raise NotPossible("That comment is about something else. Nothing was saved.")


def _locked(comment: Comment) -> Comment:
    locked = Comment.objects.select_for_update().get(pk=comment.pk)
    if not locked.is_active:
        raise NotPossible("This comment is withdrawn already. Nothing was changed.")
    return locked


def _mention(comment: Comment, about: CommentSubject, by: User, people: Iterable[User]) -> set[int]:
    """Note whom a comment names, and tell those who were not named before; returns all."""
    team = {person.pk: person for person in people_on_team(about.product)}
    chosen = {person.pk for person in people}
    if chosen - team.keys():
        raise NotPossible(
            "Only people on the team of this product can be mentioned, since nobody else can read "
            "it. Nothing was saved. Choose again."
        )
    named = chosen | {person.pk for person in mentioned_in(comment.text, team.values())}
    before = set(Mention.objects.filter(comment=comment).values_list("person_id", flat=True))
    for key in sorted(named - before):
        Mention(comment=comment, person=team[key]).save()
        if key != by.pk:
            _tell(team[key], f"{by.name} mentioned you on {about.words}", comment, about)
    return named | before


def _tell(person: User, text: str, comment: Comment, about: CommentSubject) -> None:
    tell(
        person=person,
        text=text,
        url=f"{about.url}#comment-{comment.public_id}",
        about_kind="comment",
        about_id=str(comment.public_id),
    )


def _short(reason: str) -> str:
    return reason if len(reason) <= 300 else f"{reason[:299]}…"
