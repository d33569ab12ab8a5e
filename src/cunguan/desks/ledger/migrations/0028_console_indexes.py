"""Indexes beside the writers: store/schema/0028_console_indexes.sql."""

from django.db import migrations

from cunguan.store.steps import steps


class Migration(migrations.Migration):
    """Add indexes while the books are written; each statement stands alone, and all may be sent again."""

    atomic = False
    dependencies = [("ledger", "0027_console")]
    operations = [migrations.RunSQL(list(steps()[27].statements))]
