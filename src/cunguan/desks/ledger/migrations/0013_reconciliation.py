"""store/schema/0013_reconciliation.sql."""

from django.db import migrations

from cunguan.store.steps import steps


class Migration(migrations.Migration):
    """Apply the step, whole or not at all."""

    dependencies = [("ledger", "0012_channels")]
    operations = [migrations.RunSQL(steps()[12].text)]
