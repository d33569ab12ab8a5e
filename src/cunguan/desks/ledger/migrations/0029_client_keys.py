"""Indexes beside the writers: store/schema/0029_client_keys.sql."""

from django.db import migrations

from cunguan.store.steps import steps


class Migration(migrations.Migration):
    """Add an index while the books are written; each statement stands alone, and all may be sent again."""

    atomic = False
    dependencies = [("ledger", "0028_console_indexes")]
    operations = [migrations.RunSQL(list(steps()[28].statements))]
