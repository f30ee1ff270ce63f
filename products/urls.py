"""Addresses of products, their team, features, releases and statement of intended use."""

from django.urls import include, path

from products.views import features, intended_use, products, releases, team

ONE = "products/<slug:slug>/"
FEATURE = f"{ONE}features/<str:reference>/"
RELEASE = f"{ONE}releases/<str:label>/"
MEMBERSHIP = f"{ONE}team/<uuid:public_id>/"

urlpatterns = [
    path("", include("products.urls_changes")),
    path("", include("products.glossary.urls")),
    path("products/new/", products.product_new, name="product_new"),
    path(f"{ONE}settings/", products.product_settings, name="product_settings"),
    path(f"{ONE}intended-use/", intended_use.intended_use, name="intended_use"),
    path(f"{ONE}intended-use/edit/", intended_use.intended_use_edit, name="intended_use_edit"),
    path(
        f"{ONE}intended-use/<int:number>/",
        intended_use.intended_use_version,
        name="intended_use_version",
    ),
    path(f"{ONE}team/", team.team, name="team"),
    path(f"{ONE}team/add/", team.team_add, name="team_add"),
    path("", include("products.tokens.urls")),
    path("", include("products.trackers.urls")),
    path(f"{ONE}team/history/", team.team_history, name="team_history"),
    path(MEMBERSHIP, team.membership_edit, name="membership_edit"),
    path(f"{MEMBERSHIP}end/", team.membership_end, name="membership_end"),
    path(f"{MEMBERSHIP}invite/", team.invitation_resend, name="invitation_resend"),
    path(f"{MEMBERSHIP}invite/withdraw/", team.invitation_withdraw, name="invitation_withdraw"),
    path(f"{ONE}features/", features.feature_list, name="feature_list"),
    path(f"{ONE}features/new/", features.feature_new, name="feature_new"),
    path(FEATURE, features.feature_detail, name="feature_detail"),
    path(f"{FEATURE}edit/", features.feature_edit, name="feature_edit"),
    path(f"{FEATURE}withdraw/", features.feature_withdraw, name="feature_withdraw"),
    path(f"{FEATURE}restore/", features.feature_restore, name="feature_restore"),
    path(f"{FEATURE}history/", features.feature_history, name="feature_history"),
    path(f"{ONE}releases/", releases.release_list, name="release_list"),
    path(f"{ONE}releases/new/", releases.release_new, name="release_new"),
    path(RELEASE, releases.release_detail, name="release_detail"),
    path(f"{RELEASE}edit/", releases.release_edit, name="release_edit"),
    path(f"{RELEASE}features/", releases.release_features, name="release_features"),
    path(f"{RELEASE}place/", releases.release_place, name="release_place"),
    path(f"{RELEASE}history/", releases.release_history, name="release_history"),
]
