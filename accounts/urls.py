"""Signing in and people. Of allauth only what is used: no sign-up, no addresses to manage."""

from allauth.account import views as allauth
from django.urls import path, re_path

from accounts.views import invitation, notifications, people

urlpatterns = [
    path("accounts/login/", allauth.login, name="account_login"),
    path("accounts/logout/", allauth.logout, name="account_logout"),
    path("accounts/inactive/", allauth.account_inactive, name="account_inactive"),
    # allauth answers that sign-up is closed.
    path("accounts/signup/", allauth.signup, name="account_signup"),
    path("accounts/reauthenticate/", allauth.reauthenticate, name="account_reauthenticate"),
    path("accounts/password/change/", allauth.password_change, name="account_change_password"),
    path("accounts/password/reset/", allauth.password_reset, name="account_reset_password"),
    path(
        "accounts/password/reset/done/",
        allauth.password_reset_done,
        name="account_reset_password_done",
    ),
    re_path(
        r"^accounts/password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        allauth.password_reset_from_key,
        name="account_reset_password_from_key",
    ),
    path(
        "accounts/password/reset/key/done/",
        allauth.password_reset_from_key_done,
        name="account_reset_password_from_key_done",
    ),
    path("invitation/<str:token>/", invitation.invitation, name="accept_invitation"),
    path("notifications/", notifications.notifications, name="notifications"),
    path("notifications/read/", notifications.notifications_read, name="notifications_read"),
    path("notifications/<int:pk>/open/", notifications.notification_open, name="notification_open"),
    path("people/", people.people, name="people"),
    path("people/new/", people.person_new, name="person_new"),
    path("people/me/", people.my_profile, name="my_profile"),
    path("people/<uuid:public_id>/", people.person, name="person"),
    path("people/<uuid:public_id>/edit/", people.person_edit, name="person_edit"),
    path(
        "people/<uuid:public_id>/registration/",
        people.registration_check,
        name="registration_check",
    ),
    path(
        "people/<uuid:public_id>/administrator/",
        people.person_administrator,
        name="person_administrator",
    ),
    path("people/<uuid:public_id>/deactivate/", people.person_deactivate, name="person_deactivate"),
    path("people/<uuid:public_id>/reactivate/", people.person_reactivate, name="person_reactivate"),
    path("people/<uuid:public_id>/invite/", people.person_invite, name="person_invite"),
    path(
        "people/<uuid:public_id>/invite/withdraw/",
        people.person_withdraw_invitation,
        name="person_withdraw_invitation",
    ),
    path("people/<uuid:public_id>/history/", people.person_history, name="person_history"),
]
