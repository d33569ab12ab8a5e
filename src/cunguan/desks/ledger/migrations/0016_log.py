"""store/schema/0016_log.sql."""

from django.db import migrations

from cunguan.store.steps import steps


class Migration(migrations.Migration):
    """Apply the step, whole or not at all."""

    dependencies = [("ledger", "0015_outgoing_stop")]
    operations = [migrations.RunSQL(steps()[15].text)]
