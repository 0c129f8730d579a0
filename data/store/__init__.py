"""The database of applications, events, outcomes and judgements; SQLite or PostgreSQL."""
