"""Addresses of the hazard log."""

from django.urls import include, path, register_converter

from hazards.views import causes, controls, evidence, features, hazard, history, log, risk


class ReferenceConverter:
    """A reference in an address: anything but a slash, and no NUL, which no database holds."""

    regex = r"[^/\x00]+"

    def to_python(self, value: str) -> str:
        """As it stands."""
        return value

    def to_url(self, value: str) -> str:
        """As it stands."""
        return value


register_converter(ReferenceConverter, "reference")

LOG = "products/<slug:slug>/hazards/"
HAZARD = f"{LOG}<reference:reference>/"
CONTROL = f"{HAZARD}controls/<reference:control>/"
EVIDENCE = f"{HAZARD}evidence/<int:pk>/"
FEATURE = "products/<slug:slug>/features/<reference:reference>/hazards/"

urlpatterns = [
    path("", include("hazards.urls_importing")),
    path("", include("hazards.urls_pictures")),
    path("", include("hazards.urls_matrix")),
    path("", include("hazards.urls_library")),
    path("", include("hazards.urls_log")),
    path("", include("hazards.urls_shared")),
    path("", include("hazards.urls_quality")),
    path(LOG, log.hazard_log, name="hazard_log"),
    path(f"{LOG}new/", hazard.hazard_new, name="hazard_new"),
    path(HAZARD, hazard.hazard_detail, name="hazard_detail"),
    path(f"{HAZARD}edit/<slug:group>/", hazard.hazard_edit, name="hazard_edit"),
    path(f"{HAZARD}status/", hazard.hazard_status, name="hazard_status"),
    path(f"{HAZARD}live/", hazard.hazard_make_live, name="hazard_make_live"),
    path(f"{HAZARD}withdraw/", hazard.hazard_withdraw, name="hazard_withdraw"),
    path(f"{HAZARD}restore/", hazard.hazard_restore, name="hazard_restore"),
    path(f"{HAZARD}history/", history.hazard_history, name="hazard_history"),
    path(f"{HAZARD}history/recent/", history.hazard_history_recent, name="hazard_history_recent"),
    path(f"{HAZARD}causes/add/", causes.cause_add, name="cause_add"),
    path(f"{HAZARD}causes/<int:pk>/", causes.cause_edit, name="cause_edit"),
    path(f"{HAZARD}causes/<int:pk>/withdraw/", causes.cause_withdraw, name="cause_withdraw"),
    path(f"{HAZARD}harms/add/", causes.harm_add, name="harm_add"),
    path(f"{HAZARD}harms/<int:pk>/", causes.harm_edit, name="harm_edit"),
    path(f"{HAZARD}harms/<int:pk>/withdraw/", causes.harm_withdraw, name="harm_withdraw"),
    path(f"{HAZARD}controls/add/", controls.control_add, name="control_add"),
    path(f"{HAZARD}controls/link/", controls.control_link, name="control_link"),
    path(CONTROL, controls.control_edit, name="control_edit"),
    path(f"{CONTROL}state/", controls.control_state, name="control_state"),
    path(f"{CONTROL}acts-on/", controls.control_acts_on, name="control_acts_on"),
    path(f"{CONTROL}unlink/", controls.control_unlink, name="control_unlink"),
    path(f"{CONTROL}new-hazards/", controls.control_new_hazards, name="control_new_hazards"),
    path(f"{CONTROL}evidence/add/", evidence.evidence_add, name="evidence_add"),
    path(f"{CONTROL}evidence/<int:pk>/unlink/", evidence.evidence_unlink, name="evidence_unlink"),
    path(EVIDENCE, evidence.evidence_edit, name="evidence_edit"),
    path(f"{EVIDENCE}link/", evidence.evidence_link, name="evidence_link"),
    path(f"{EVIDENCE}withdraw/", evidence.evidence_withdraw, name="evidence_withdraw"),
    path(
        "products/<slug:slug>/evidence-files/<uuid:public_id>/",
        evidence.evidence_file,
        name="evidence_file",
    ),
    path(f"{HAZARD}risk/<slug:stage>/", risk.estimate, name="estimate"),
    path(f"{HAZARD}assumptions/add/", risk.assumption_add, name="assumption_add"),
    path(f"{HAZARD}assumptions/<int:pk>/", risk.assumption_edit, name="assumption_edit"),
    path(f"{HAZARD}features/", features.hazard_feature_link, name="hazard_feature_link"),
    path(
        f"{HAZARD}features/<reference:feature>/unlink/",
        features.hazard_feature_unlink,
        name="hazard_feature_unlink",
    ),
    path(f"{FEATURE}link/", features.feature_hazards_link, name="feature_hazards_link"),
    path(
        f"{FEATURE}<reference:hazard>/unlink/",
        features.feature_hazard_unlink,
        name="feature_hazard_unlink",
    ),
]
