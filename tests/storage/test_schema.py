"""The schema: migrations give what the tables say, and an outdated one is refused."""

from __future__ import annotations

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Column, Integer, MetaData, Table, inspect

from checkout_kit import SchemaOutdated, include_object
from checkout_kit.storage import columns, schema, tables
from checkout_kit.storage.engine import Database
from checkout_kit.storage.unit_of_work import UnitOfWorkFactory


def test_migrations_make_exactly_the_tables(database_url: str) -> None:
    database = Database(database_url)
    schema.upgrade_schema(database)
    with database.transaction(write=False) as connection:
        context = MigrationContext.configure(
            connection,
            opts={"version_table": schema.VERSION_TABLE, "compare_type": True},
        )
        assert compare_metadata(context, tables.metadata) == []
    database.dispose()


def test_the_newest_migration_is_the_one_that_is_asked_for() -> None:
    scripts = ScriptDirectory.from_config(schema.alembic_config())
    assert scripts.get_current_head() == schema.HEAD


def test_upgrading_twice_is_harmless(database_url: str) -> None:
    database = Database(database_url)
    assert schema.upgrade_schema(database) == schema.upgrade_schema(database)
    database.dispose()


def test_an_empty_database_is_refused_with_advice(database_url: str) -> None:
    database = Database(database_url)
    with pytest.raises(SchemaOutdated, match="init-db"):
        with UnitOfWorkFactory(database).read():
            pass
    database.dispose()


def test_every_table_carries_the_prefix() -> None:
    assert all(name.startswith(columns.PREFIX) for name in tables.metadata.tables)


def test_every_listed_row_belongs_to_a_store() -> None:
    listed = (
        "checkout quote invoice payment unmatched settlement withdrawal customer "
        "payment_link"
    )
    for name in listed.split():
        assert "store_id" in tables.metadata.tables[f"{columns.PREFIX}{name}"].columns


def test_a_shops_migrations_leave_our_tables_alone(migrated_database_url: str) -> None:
    database = Database(migrated_database_url)
    shop = MetaData()
    Table("shop_order", shop, Column("id", Integer, primary_key=True))
    with database.transaction(write=False) as connection:
        context = MigrationContext.configure(
            connection, opts={"include_object": include_object}
        )
        changes = [change[0] for change in compare_metadata(context, shop)]
    assert changes == ["add_table"]
    database.dispose()


def test_the_due_columns_are_indexed(migrated_database_url: str) -> None:
    database = Database(migrated_database_url)
    inspector = inspect(database.engine)
    for table in ("invoice", "settlement", "delivery", "checkout", "withdrawal"):
        names = [i["name"] for i in inspector.get_indexes(f"{columns.PREFIX}{table}")]
        assert any(str(name).endswith("_due") for name in names)
    database.dispose()
