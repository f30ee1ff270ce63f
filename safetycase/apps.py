"""The project package is an app too: it holds the safety case."""

from typing import Any

from django.apps import AppConfig
from django.core.management import call_command
from django.db.models.signals import post_migrate


def create_cache_table(using: str, **kwargs: Any) -> None:
    """Signal receiver: the cache lives in the database, whose table is no migration's."""
    call_command("createcachetable", database=using, verbosity=0)


class SafetyCaseConfig(AppConfig):
    """The safety case: report sections, drafts and issued versions."""

    name = "safetycase"
    verbose_name = "Safety case"

    def ready(self) -> None:
        """Make the cache table whenever the database is migrated, and sections for each product;
        let a signature find the version that it is under, the check of the record look at all, and
        the bell say what a job is called.
        """
        from audit.verifying.registry import register_verifier
        from products.hooks import name_jobs, on_product_created
        from safetycase.actions.sections import create_sections
        from safetycase.approved import keep_approved
        from safetycase.gate.going_out import ask_the_gate
        from safetycase.gate.signing import register_gate_subjects
        from safetycase.jobs import TOLD
        from safetycase.quality_rules import register_quality_rules
        from safetycase.verifying import VERIFIERS
        from safetycase.versions.signed import register_versions

        post_migrate.connect(
            create_cache_table, sender=self, dispatch_uid="safetycase.create_cache_table"
        )
        on_product_created(create_sections)
        register_versions()
        register_quality_rules()
        keep_approved()
        ask_the_gate()
        register_gate_subjects()
        name_jobs(TOLD)
        for name, check in VERIFIERS.items():
            register_verifier(name, check)
