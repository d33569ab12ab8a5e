"""The books: store/schema/0001_books.sql."""

from django.db import migrations

from cunguan.store.steps import steps


class Migration(migrations.Migration):
    """Apply the first schema; there is no way back from a table of money."""

    initial = True
    operations = [migrations.RunSQL(steps()[0].text)]
