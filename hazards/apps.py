"""The hazards app."""

from django.apps import AppConfig


class HazardsConfig(AppConfig):
    """The hazard log: hazards, causes, controls, evidence, estimates and matrices."""

    name = "hazards"
    verbose_name = "Hazard log"

    def ready(self) -> None:
        """A product starts with the default matrix; a feature's history shows its hazards."""
        from hazards.actions.matrices import create_default_matrix
        from hazards.history import links_of_feature
        from products.hooks import in_feature_history, on_product_created

        on_product_created(create_default_matrix)
        in_feature_history(links_of_feature)
