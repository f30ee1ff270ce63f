"""Comments as people read them: threads, and the names in them that were told."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from accounts.models import User
from products.models import Comment, Mention, Product

#: How many threads a page shows; the newest.
MOST_THREADS = 100


@dataclass(frozen=True)
class CommentSubject:
    """What comments are about: a thing of a product, by kind and public id, as packages above
    name it. ``words`` and ``url`` are what a notification says and where it leads.
    """

    product: Product
    kind: str
    id: str
    words: str
    url: str


@dataclass
class CommentReading:
    """A comment with the people whom it names, and the answers to it."""

    comment: Comment
    people: list[User] = field(default_factory=list)
    replies: list["CommentReading"] = field(default_factory=list)

    @property
    def is_edited(self) -> bool:
        """Whether its author changed it."""
        return self.comment.is_active and self.comment.version > 1

    @property
    def is_shown(self) -> bool:
        """Whether it stands: a withdrawn one stays as a line where it was answered."""
        return self.comment.is_active or any(reply.is_shown for reply in self.replies)

    @property
    def segments(self) -> list[tuple[bool, str]]:
        """The text in pieces: whether the piece names somebody who was told, and the piece."""
        return split_mentions(self.comment.text, [person.name for person in self.people])


@dataclass(frozen=True)
class Comments:
    """What people said about a thing, oldest first, and how many older threads there are."""

    threads: list[CommentReading]
    older: int

    @property
    def count(self) -> int:
        """How many comments stand."""
        replies = [reply for thread in self.threads for reply in thread.replies]
        return sum(each.comment.is_active for each in [*self.threads, *replies])


def comments_on(subject: CommentSubject, most: int = MOST_THREADS) -> Comments:
    """The newest threads about a thing. Three queries."""
    rows = list(
        Comment.objects.filter(
            product=subject.product, about_kind=subject.kind, about_id=subject.id
        )
        .select_related("written_by__profile")
        .order_by("pk")
    )
    readings = {row.pk: CommentReading(row) for row in rows}
    threads: list[CommentReading] = []
    for row in rows:
        parent = readings.get(row.replies_to_id) if row.replies_to_id else None
        (parent.replies if parent else threads).append(readings[row.pk])
    _name_people(readings)
    for thread in threads:
        thread.replies = [reply for reply in thread.replies if reply.is_shown]
    shown = [thread for thread in threads if thread.is_shown]
    return Comments(shown[-most:], max(0, len(shown) - most))


def read_comment(comment: Comment) -> CommentReading:
    """One comment by itself, with the people whom it names."""
    reading = CommentReading(comment)
    _name_people({comment.pk: reading})
    return reading


def _name_people(readings: dict[int, CommentReading]) -> None:
    mentions = Mention.objects.filter(comment__in=list(readings)).select_related("person__profile")
    for mention in mentions.order_by("pk"):
        readings[mention.comment_id].people.append(mention.person)


def mentioned_in(text: str, people: Iterable[User]) -> list[User]:
    """The people whose names stand in a text after an ``@``, in any case.

    A longer name is taken first, so that @Ann Smithson is no mention of Ann Smith.
    """
    team = list(people)
    pieces = split_mentions(text, [person.name for person in team])
    named = {piece[1:].casefold() for is_name, piece in pieces if is_name}
    return [person for person in team if person.name.casefold() in named]


def split_mentions(text: str, names: Sequence[str]) -> list[tuple[bool, str]]:
    """A text in pieces: whether each is ``@`` and one of the names, and the piece."""
    if not names:
        return [(False, text)] if text else []
    longest_first = sorted({re.escape(name) for name in names}, key=len, reverse=True)
    pattern = re.compile(rf"(@(?:{'|'.join(longest_first)}))(?!\w)", re.IGNORECASE)
    pieces = pattern.split(text)
    return [(place % 2 == 1, piece) for place, piece in enumerate(pieces) if piece]
