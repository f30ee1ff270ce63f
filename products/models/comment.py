"""What people say to each other about a thing of the product."""

from django.conf import settings
from django.db import models

from audit.append_only import AppendOnly
from audit.tracked import Tracked
from products.models.product import Product


class Comment(Tracked):
    """A remark on something (named by kind and public id, so that nothing points upwards).

    Its author may change or withdraw it; every version is kept.
    """

    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="comments")
    about_kind = models.CharField(max_length=30)
    about_id = models.CharField(max_length=60)
    replies_to = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="replies",
        verbose_name="in reply to",
    )
    text = models.TextField("comment", max_length=5_000)
    is_active = models.BooleanField("shown", default=True)
    written_at = models.DateTimeField("written at")
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="by"
    )

    timeline_hides = frozenset(
        {"product_id", "about_kind", "about_id", "replies_to_id", "written_at", "written_by_id"}
    )

    class Meta(Tracked.Meta):
        ordering = ("product", "pk")
        indexes = [models.Index(fields=["about_kind", "about_id"], name="comment_about")]

    def __str__(self) -> str:
        return "Comment"


class Mention(AppendOnly):
    """A comment names a person, who was told."""

    comment = models.ForeignKey(Comment, on_delete=models.PROTECT, related_name="mentions")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta(AppendOnly.Meta):
        ordering = ("comment", "pk")
        constraints = [models.UniqueConstraint(fields=["comment", "person"], name="mention_once")]

    def __str__(self) -> str:
        return "Mention in a comment"
