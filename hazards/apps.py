"""The hazards app."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class HazardsConfig(AppConfig):
    """The hazard log: hazards, causes, controls, evidence, estimates and matrices."""

    name = "hazards"
    verbose_name = "Hazard log"

    def ready(self) -> None:
        """What products and the check of the record have of hazards, and what follows from them."""
        from audit.verifying.registry import register_verifier
        from hazards.actions.matrices import create_default_matrix
        from hazards.history import links_of_feature
        from hazards.importing.task import IMPORT_JOB
        from hazards.keeping_current import fill_after_migrating, keep_current
        from hazards.verifying import evidence_files_as_given
        from products.hooks import in_feature_history, name_jobs, on_product_created

        keep_current()
        post_migrate.connect(
            fill_after_migrating, sender=self, dispatch_uid="hazards.fill_after_migrating"
        )
        on_product_created(create_default_matrix)
        in_feature_history(links_of_feature)
        name_jobs({IMPORT_JOB: ("Import of {file}", "import_job")})
        register_verifier("files of evidence", evidence_files_as_given)
