"""Runs the migrations on the connection that advisor_api.store.migrate hands over."""

from alembic import context

from advisor_api.store.schema import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata, render_as_batch=True)
context.run_migrations()
