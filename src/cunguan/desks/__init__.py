"""Desks: the people's side; one folder per clerk's desk."""
