"""What the service keeps: jobs, projects and measurements, in SQLite or PostgreSQL through SQLAlchemy Core."""
