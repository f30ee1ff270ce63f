"""Which tables there are, as a set of migrations makes them; and bringing a database there.

Tables are those of the migrations that the database (or the backup) has, not those of today's
models: a backup can be made before an upgrade and restored after it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.apps import apps as installed
from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.core.management.sql import emit_post_migrate_signal, emit_pre_migrate_signal
from django.db import connection, models
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

from audit.errors import NotPossible

#: Tables that are left out: whoever holds a session's key is signed in, and sessions end anyway.
LEFT_OUT = frozenset({"django_session"})

Key = tuple[str, str]  # app and name of a migration


@dataclass(frozen=True)
class Schema:
    """A set of migrations, and the models as they are after these."""

    migrations: tuple[Key, ...]
    models: tuple[type[models.Model], ...]


def recorded_migrations() -> list[Key]:
    """The migrations that the database says it has had."""
    return sorted(MigrationRecorder(connection).applied_migrations())


def unknown_migrations(recorded: Iterable[Key]) -> list[Key]:
    """Those that this version of the application does not have."""
    loader = MigrationLoader(None)
    known = {*loader.disk_migrations, *loader.graph.nodes}
    for migration in loader.disk_migrations.values():
        known.update(migration.replaces)
    return sorted(set(recorded) - known)


def schema_of(recorded: Iterable[Key]) -> Schema:
    """The models after these migrations.

    Raises ``NotPossible`` when no order of migrations leads to exactly these.
    """
    loader = MigrationLoader(None)
    wanted = _in_graph(loader, set(recorded))
    reached: set[Key] = set()
    for key in wanted:
        reached.update(loader.graph.forwards_plan(key))
    if reached != wanted:
        lacking = ", ".join(".".join(key) for key in sorted(reached - wanted))
        raise NotPossible(
            f"Its migrations are not a state that the database can be in ({lacking})."
        )
    state = loader.project_state(_leaves(loader, wanted))
    return Schema(tuple(sorted(recorded)), _stored_models(state.apps))


def present_schema() -> Schema:
    """The models of today."""
    return Schema((), _stored_models(installed))


def make_tables(schema: Schema) -> None:
    """Bring an empty database to exactly the migrations of the schema."""
    executor = _executor()
    wanted = _in_graph(executor.loader, set(schema.migrations))
    executor.migrate(_leaves(executor.loader, wanted))


def migrate_to_the_present() -> int:
    """Do what ``migrate`` does; returns how many migrations were applied.

    Not the command itself: in one transaction of PostgreSQL the foreign keys have to be looked at
    between two migrations, or the second cannot alter what the first has filled.
    """
    ContentType.objects.clear_cache()
    executor = _executor()
    targets = executor.loader.graph.leaf_nodes()
    plan = executor.migration_plan(targets)
    before = _state_of(executor)
    emit_pre_migrate_signal(0, False, connection.alias, apps=before.apps, plan=plan)
    after: Any = executor.migrate(targets, plan, state=before.clone())
    after.clear_delayed_apps_cache()
    emit_post_migrate_signal(0, False, connection.alias, apps=after.apps, plan=plan)
    return len(plan)


def tables_there() -> set[str]:
    """The tables that stand in the database."""
    return set(connection.introspection.table_names())


def our_tables() -> list[str]:
    """The tables of the database that are the application's, of whatever version it was.

    Others may stand beside them on PostgreSQL. Ours are those of our models and of every
    migration that the database has had: Django names a table after its app.
    """
    there = tables_there()
    caches = {str(cache.get("LOCATION", "")) for cache in settings.CACHES.values()}
    ours = {"django_migrations", *caches, *LEFT_OUT}
    ours.update(model._meta.db_table for model in _stored_models(installed))
    apps = {app for app, _ in recorded_migrations()}
    return sorted(
        table for table in there if table in ours or any(table.startswith(f"{a}_") for a in apps)
    )


def _executor() -> MigrationExecutor:
    after_each: Any = _after_each_step
    return MigrationExecutor(connection, after_each)


def _after_each_step(action: str, migration: Any = None, fake: bool = False) -> None:
    if action == "apply_success" and connection.in_atomic_block:
        connection.check_constraints()


def _state_of(executor: Any) -> Any:
    return executor._create_project_state(with_applied_migrations=True)


def _in_graph(loader: MigrationLoader, recorded: set[Key]) -> set[Key]:
    """Recorded migrations as the graph has them: a squashed one for all those it replaces."""
    found = set(recorded)
    for key, squashed in loader.replacements.items():
        if found >= set(squashed.replaces):
            found.add(key)
    return {key for key in found if key in loader.graph.nodes}


def _leaves(loader: MigrationLoader, wanted: set[Key]) -> list[Key]:
    """Those of the migrations that no other of them needs; together they lead to all."""
    return sorted(
        key
        for key in wanted
        if not any(child.key in wanted for child in loader.graph.node_map[key].children)
    )


def _stored_models(of: Any) -> tuple[type[models.Model], ...]:
    """The models with a table of their own, by the table's name; of today or of a state."""
    return tuple(
        sorted(
            (
                model
                for model in of.get_models(include_auto_created=True)
                if model._meta.managed
                and not model._meta.proxy
                and model._meta.db_table not in LEFT_OUT
            ),
            key=lambda model: model._meta.db_table,
        )
    )
