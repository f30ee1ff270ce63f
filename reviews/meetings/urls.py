"""Addresses of sessions, checkpoints and what comes of them."""

from django.urls import path

from reviews.views import action_items, checkpoints, meeting, session_parts, sessions

REVIEWS = "products/<slug:slug>/reviews/"
SESSION = f"{REVIEWS}sessions/<int:number>/"
CHECKPOINT = f"{REVIEWS}checkpoints/<int:number>/"
ACTION = f"{REVIEWS}actions/<uuid:public_id>/"

urlpatterns = [
    path(f"{REVIEWS}sessions/", sessions.workshop_list, name="workshop_list"),
    path(f"{REVIEWS}sessions/new/", sessions.workshop_new, name="workshop_new"),
    path(SESSION, sessions.workshop, name="workshop"),
    path(f"{SESSION}edit/", sessions.workshop_edit, name="workshop_edit"),
    path(f"{SESSION}features/", sessions.workshop_features, name="workshop_features"),
    path(f"{SESSION}close/", sessions.workshop_close, name="workshop_close"),
    path(f"{SESSION}grid/", sessions.workshop_grid, name="workshop_grid"),
    path(f"{SESSION}say/", session_parts.workshop_capture, name="workshop_capture"),
    path(f"{SESSION}steps/add/", session_parts.workshop_step_add, name="workshop_step_add"),
    path(f"{SESSION}steps/<uuid:public_id>/", session_parts.workshop_step, name="workshop_step"),
    path(
        f"{SESSION}steps/<uuid:public_id>/withdraw/",
        session_parts.workshop_step_withdraw,
        name="workshop_step_withdraw",
    ),
    path(f"{SESSION}people/add/", session_parts.attendance_add, name="attendance_add"),
    path(
        f"{SESSION}people/<uuid:public_id>/withdraw/",
        session_parts.attendance_withdraw,
        name="attendance_withdraw",
    ),
    path(
        f"{SESSION}entries/<uuid:public_id>/",
        session_parts.workshop_entry,
        name="workshop_entry",
    ),
    path(
        f"{SESSION}entries/<uuid:public_id>/unsettle/",
        session_parts.workshop_entry_unsettle,
        name="workshop_entry_unsettle",
    ),
    path(
        f"{SESSION}entries/<uuid:public_id>/withdraw/",
        session_parts.workshop_entry_withdraw,
        name="workshop_entry_withdraw",
    ),
    path(f"{REVIEWS}checkpoints/", checkpoints.checkpoint_list, name="checkpoint_list"),
    path(f"{REVIEWS}checkpoints/rhythm/", checkpoints.checkpoint_rhythm, name="checkpoint_rhythm"),
    path(f"{REVIEWS}checkpoints/new/", checkpoints.checkpoint_new, name="checkpoint_new"),
    path(CHECKPOINT, checkpoints.checkpoint, name="checkpoint"),
    path(f"{CHECKPOINT}notes/", checkpoints.checkpoint_notes, name="checkpoint_notes"),
    path(f"{CHECKPOINT}close/", checkpoints.checkpoint_close, name="checkpoint_close"),
    path(f"{CHECKPOINT}meeting/", meeting.meeting, name="meeting"),
    path(f"{CHECKPOINT}meeting/<str:reference>/", meeting.meeting_hazard, name="meeting_hazard"),
    path(f"{CHECKPOINT}meeting/<str:reference>/note/", meeting.meeting_note, name="meeting_note"),
    path(
        f"{CHECKPOINT}meeting/<str:reference>/action/",
        meeting.meeting_action,
        name="meeting_action",
    ),
    path(f"{REVIEWS}actions/", action_items.action_list, name="action_list"),
    path(f"{REVIEWS}actions/new/", action_items.action_new, name="action_new"),
    path(ACTION, action_items.action_edit, name="action_edit"),
    path(f"{ACTION}done/", action_items.action_done, name="action_done"),
    path(f"{ACTION}drop/", action_items.action_drop, name="action_drop"),
    path(f"{ACTION}reopen/", action_items.action_reopen, name="action_reopen"),
]
