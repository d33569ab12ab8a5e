"""Keys, nonces and profiles of platforms: who may speak at the platform's door, and how: store/schema/0004_door_trust.sql."""

from django.db import migrations

from cunguan.store.steps import steps


class Migration(migrations.Migration):
    """Apply the step, whole or not at all."""

    dependencies = [("ledger", "0003_indexes")]
    operations = [migrations.RunSQL(steps()[3].text)]
