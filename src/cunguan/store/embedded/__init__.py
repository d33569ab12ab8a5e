"""The PostgreSQL that comes along: found, made, started, stopped and recovered by a supervisor of our own."""
