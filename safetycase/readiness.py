"""Whether this process may be sent people: what ``/readyz`` answers."""

from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor

from audit.triggers import missing_triggers


def why_not_ready() -> list[str]:
    """What is wrong, in words without detail that helps an attacker; empty when all is well."""
    try:
        executor = MigrationExecutor(connection)
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            return ["Migrations are not applied; run: manage.py migrate"]
        missing = missing_triggers(connection)
    except DatabaseError:
        return ["The database does not answer."]
    if missing:
        return [
            f"{len(missing)} triggers that guard the record are missing; run: manage.py migrate"
        ]
    return []
