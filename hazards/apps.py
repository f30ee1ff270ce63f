"""The hazards app."""

from django.apps import AppConfig


class HazardsConfig(AppConfig):
    """The hazard log: hazards, causes, controls, evidence, estimates and matrices."""

    name = "hazards"
    verbose_name = "Hazard log"

    def ready(self) -> None:
        """What products and the check of the record have of hazards."""
        from audit.verifying.registry import register_verifier
        from hazards.actions.matrices import create_default_matrix
        from hazards.history import links_of_feature
        from hazards.verifying import evidence_files_as_given
        from products.hooks import in_feature_history, on_product_created

        on_product_created(create_default_matrix)
        in_feature_history(links_of_feature)
        register_verifier("files of evidence", evidence_files_as_given)
