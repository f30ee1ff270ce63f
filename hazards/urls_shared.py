"""Addresses of what people do together: undoing, comments, shared controls, merging, splitting."""

from django.urls import path

from hazards.views import comments, merging, shared_controls, undoing

PRODUCT = "products/<slug:slug>/"
HAZARD = f"{PRODUCT}hazards/<reference:reference>/"
CONTROLS = f"{PRODUCT}controls/"
CONTROL = f"{CONTROLS}<reference:reference>/"
COMMENTS = f"{HAZARD}comments/"
COMMENT = f"{COMMENTS}<uuid:public_id>/"

urlpatterns = [
    path(f"{HAZARD}undo/", undoing.hazard_undo, name="hazard_undo"),
    path(f"{PRODUCT}undo/<uuid:act>/", undoing.act_undo, name="act_undo"),
    path(f"{HAZARD}merge/", merging.hazard_merge, name="hazard_merge"),
    path(f"{HAZARD}merge/<reference:into>/", merging.hazard_merge_into, name="hazard_merge_into"),
    path(f"{HAZARD}split/", merging.hazard_split, name="hazard_split"),
    path(CONTROLS, shared_controls.control_list, name="control_list"),
    path(CONTROL, shared_controls.control_detail, name="control_detail"),
    path(f"{CONTROL}share/", shared_controls.control_share, name="control_share"),
    path(f"{CONTROL}merge/", shared_controls.control_merge, name="control_merge"),
    path(COMMENTS, comments.hazard_comments, name="hazard_comments"),
    path(f"{COMMENTS}add/", comments.comment_add, name="comment_add"),
    path(f"{COMMENT}reply/", comments.comment_reply, name="comment_reply"),
    path(f"{COMMENT}edit/", comments.comment_edit, name="comment_edit"),
    path(f"{COMMENT}withdraw/", comments.comment_withdraw, name="comment_withdraw"),
]
