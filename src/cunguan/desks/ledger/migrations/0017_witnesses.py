"""store/schema/0017_witnesses.sql."""

from django.db import migrations

from cunguan.store.steps import steps


class Migration(migrations.Migration):
    """Apply the step, whole or not at all."""

    dependencies = [("ledger", "0016_log")]
    operations = [migrations.RunSQL(steps()[16].text)]
