"""Comments as people read them: threads, and the names in them that were told."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from accounts.models import User
from products.models import Comment, Mention, Product

#: How many threads a page shows; the newest.
MOST_THREADS = 100


@dataclass(frozen=True)
class CommentSubject:
    """What comments are about: a thing of a product, by kind and public id, as packages above
    name it. ``words`` and ``url`` are what a notification says and where it leads.

    ``also`` are the ids of things that became a part of it, with their words: what was said about
    them is read, and goes on, here.
    """

    product: Product
    kind: str
    id: str
    words: str
    url: str
    also: Mapping[str, str] = field(default_factory=dict)

    @property
    def ids(self) -> list[str]:
        """Its own id and those of what became a part of it."""
        return [self.id, *self.also]


@dataclass
class CommentReading:
    """A comment with the people whom it names, and the answers to it.

    ``of`` are the words of another thing that it was said about, which became a part of this one.
    """

    comment: Comment
    of: str = ""
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


def comments_on(subject: CommentSubject, most: int | None = MOST_THREADS) -> Comments:
    """The newest threads about a thing; all of them without ``most``. Three queries."""
    rows = list(
        Comment.objects.filter(
            product=subject.product, about_kind=subject.kind, about_id__in=subject.ids
        )
        .select_related("written_by__profile")
        .order_by("pk")
    )
    readings = {row.pk: CommentReading(row, subject.also.get(row.about_id, "")) for row in rows}
    threads: list[CommentReading] = []
    for row in rows:
        parent = readings.get(row.replies_to_id) if row.replies_to_id else None
        (parent.replies if parent else threads).append(readings[row.pk])
    _name_people(readings)
    for thread in threads:
        thread.replies = [reply for reply in thread.replies if reply.is_shown]
    shown = [thread for thread in threads if thread.is_shown]
    older = max(0, len(shown) - most) if most is not None else 0
    return Comments(shown[older:], older)


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
