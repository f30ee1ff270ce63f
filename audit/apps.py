"""The audit app: it connects the ledger to history and the triggers to migrations."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate, pre_migrate, pre_save


class AuditConfig(AppConfig):
    """Who changed what, when and why."""

    name = "audit"
    verbose_name = "Audit"

    def ready(self) -> None:
        """Listen for history rows, refuse raw saves, keep triggers off only while tables change."""
        from simple_history.signals import post_create_historical_record

        from audit import ledger, loading, triggers

        post_create_historical_record.connect(
            ledger.enter_history_row, dispatch_uid="audit.enter_history_row"
        )
        pre_save.connect(loading.refuse_raw_save, dispatch_uid="audit.refuse_raw_save")
        pre_migrate.connect(
            triggers.remove_before_migrating, sender=self, dispatch_uid="audit.remove_triggers"
        )
        post_migrate.connect(
            triggers.create_after_migrating, sender=self, dispatch_uid="audit.create_triggers"
        )
