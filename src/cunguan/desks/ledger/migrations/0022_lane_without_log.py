"""store/schema/0022_lane_without_log.sql."""

from django.db import migrations

from cunguan.store.steps import steps


class Migration(migrations.Migration):
    """Apply the step, whole or not at all."""

    dependencies = [("ledger", "0021_sealing_keys")]
    operations = [migrations.RunSQL(steps()[21].text)]
