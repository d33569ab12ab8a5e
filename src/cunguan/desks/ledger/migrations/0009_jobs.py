"""What the jobs worker and the supervised processes keep: store/schema/0009_jobs.sql."""

from django.db import migrations

from cunguan.store.steps import steps


class Migration(migrations.Migration):
    """Apply the step, whole or not at all."""

    dependencies = [("ledger", "0008_check_files")]
    operations = [migrations.RunSQL(steps()[8].text)]
