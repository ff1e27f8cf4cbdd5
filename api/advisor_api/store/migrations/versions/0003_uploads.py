"""Files that jobs work on, and how far a job says it is."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table and the columns."""
    op.add_column("jobs", sa.Column("doing", sa.String(200)))
    op.add_column("jobs", sa.Column("share", sa.Double()))
    op.create_table(
        "job_uploads",
        sa.Column("job_id", sa.String(32), nullable=False),
        sa.Column("name", sa.String(100), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("job_id", "name", name="pk_job_uploads"),
        sa.ForeignKeyConstraint(["job_id"], ["jobs.id"], name="fk_job_uploads_jobs", ondelete="CASCADE"),
    )


def downgrade() -> None:
    """Remove the table and the columns."""
    op.drop_table("job_uploads")
    op.drop_column("jobs", "share")
    op.drop_column("jobs", "doing")
