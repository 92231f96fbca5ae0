"""The ground: the one PostgreSQL dialect, its migrations and grants. Nothing else imports the driver."""
