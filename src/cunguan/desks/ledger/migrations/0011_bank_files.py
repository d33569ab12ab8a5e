"""store/schema/0011_bank_files.sql."""

from django.db import migrations

from cunguan.store.steps import steps


class Migration(migrations.Migration):
    """Apply the step, whole or not at all."""

    dependencies = [("ledger", "0010_reading")]
    operations = [migrations.RunSQL(steps()[10].text)]
