"""Addresses of what people do together: undoing, comments, shared controls, merging, splitting."""

from django.urls import path

from hazards.views import comments, undoing

PRODUCT = "products/<slug:slug>/"
HAZARD = f"{PRODUCT}hazards/<reference:reference>/"
COMMENTS = f"{HAZARD}comments/"
COMMENT = f"{COMMENTS}<uuid:public_id>/"

urlpatterns = [
    path(f"{HAZARD}undo/", undoing.hazard_undo, name="hazard_undo"),
    path(f"{PRODUCT}undo/<uuid:act>/", undoing.act_undo, name="act_undo"),
    path(COMMENTS, comments.hazard_comments, name="hazard_comments"),
    path(f"{COMMENTS}add/", comments.comment_add, name="comment_add"),
    path(f"{COMMENT}reply/", comments.comment_reply, name="comment_reply"),
    path(f"{COMMENT}edit/", comments.comment_edit, name="comment_edit"),
    path(f"{COMMENT}withdraw/", comments.comment_withdraw, name="comment_withdraw"),
]
