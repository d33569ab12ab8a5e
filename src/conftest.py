"""For doctests: the desks' and portals' modules can be imported once Django knows its settings."""

import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cunguan.config.settings")
django.setup()
