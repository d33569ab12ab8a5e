"""store/schema/0023_people_wall.sql."""

from django.db import migrations

from cunguan.store.steps import steps


class Migration(migrations.Migration):
    """Apply the step, whole or not at all."""

    dependencies = [("ledger", "0022_lane_without_log")]
    operations = [migrations.RunSQL(steps()[22].text)]
