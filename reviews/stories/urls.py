"""Addresses of stories."""

from django.urls import path

from reviews.views import stories

ONE = "products/<slug:slug>/"
STORY = f"{ONE}stories/<uuid:public_id>/"

urlpatterns = [
    path(
        f"{ONE}hazards/<reference:reference>/controls/<reference:control>/story/",
        stories.control_story,
        name="control_story",
    ),
    path(f"{ONE}stories/", stories.story_list, name="story_list"),
    path(STORY, stories.story_detail, name="story_detail"),
    path(f"{STORY}edit/", stories.story_edit, name="story_edit"),
    path(f"{STORY}reason/", stories.story_reason, name="story_reason"),
    path(f"{STORY}send/", stories.story_send, name="story_send"),
    path(f"{STORY}state/", stories.story_state, name="story_state"),
    path(f"{STORY}withdraw/", stories.story_withdraw, name="story_withdraw"),
]
