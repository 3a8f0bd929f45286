"""Alembic's entry: runs the migrations inside the transaction that `migrating` opened."""

from alembic import context

from service.storage.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,
)
context.run_migrations()
