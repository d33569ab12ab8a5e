"""Supervisor: the processes of one installation, started, watched, started again, stopped in order."""
