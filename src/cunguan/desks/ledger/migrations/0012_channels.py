"""store/schema/0012_channels.sql."""

from django.db import migrations

from cunguan.store.steps import steps


class Migration(migrations.Migration):
    """Apply the step, whole or not at all."""

    dependencies = [("ledger", "0011_bank_files")]
    operations = [migrations.RunSQL(steps()[11].text)]
