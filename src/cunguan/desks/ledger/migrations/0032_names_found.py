"""Indexes beside the writers: store/schema/0032_names_found.sql."""

from django.db import migrations

from cunguan.store.steps import steps


class Migration(migrations.Migration):
    """Add indexes while the books are written; each statement stands alone, and all may be sent again."""

    atomic = False
    dependencies = [("ledger", "0031_name_index")]
    operations = [migrations.RunSQL(list(steps()[31].statements))]
