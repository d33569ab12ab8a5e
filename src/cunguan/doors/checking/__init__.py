"""Checking: daily check files are made, compared, confirmed; one implementation for the door, the jobs and the command line."""
