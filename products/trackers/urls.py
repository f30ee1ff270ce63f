"""Addresses of trackers: their pages, and where they deliver."""

from django.urls import path

from products.views import trackers, webhooks

ALL = "products/<slug:slug>/team/trackers/"
ONE = f"{ALL}<uuid:public_id>/"

urlpatterns = [
    path("hooks/github/<uuid:public_id>/", webhooks.github_hook, name="github_hook"),
    path("hooks/generic/<uuid:public_id>/", webhooks.generic_hook, name="generic_hook"),
    path(ALL, trackers.tracker_list, name="tracker_list"),
    path(f"{ALL}github/", trackers.tracker_connect_github, name="tracker_connect_github"),
    path(f"{ALL}webhook/", trackers.tracker_connect_webhook, name="tracker_connect_webhook"),
    path(ONE, trackers.tracker_detail, name="tracker_detail"),
    path(f"{ONE}history/", trackers.tracker_history, name="tracker_history"),
    path(f"{ONE}edit/", trackers.tracker_edit, name="tracker_edit"),
    path(f"{ONE}token/", trackers.tracker_token, name="tracker_token"),
    path(f"{ONE}secret/", trackers.tracker_secret, name="tracker_secret"),
    path(f"{ONE}disconnect/", trackers.tracker_disconnect, name="tracker_disconnect"),
    path(f"{ONE}reconnect/", trackers.tracker_reconnect, name="tracker_reconnect"),
    path(
        f"{ONE}messages/<int:pk>/again/",
        trackers.tracker_message_again,
        name="tracker_message_again",
    ),
]
