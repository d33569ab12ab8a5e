"""The whole catalogue: store/schema/0002_catalogue.sql."""

from django.db import migrations

from cunguan.store.steps import steps


class Migration(migrations.Migration):
    """Add tables and columns; nothing that stands is rewritten."""

    dependencies = [("ledger", "0001_books")]
    operations = [migrations.RunSQL(steps()[1].text)]
