"""The hazards app."""

from django.apps import AppConfig


class HazardsConfig(AppConfig):
    """The hazard log: hazards, causes, controls, evidence, estimates and matrices."""

    name = "hazards"
    verbose_name = "Hazard log"

    def ready(self) -> None:
        """A new product starts with its copy of the default risk matrix."""
        from hazards.actions.matrices import create_default_matrix
        from products.hooks import on_product_created

        on_product_created(create_default_matrix)
