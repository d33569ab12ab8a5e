"""store/schema/0019_liabilities.sql."""

from django.db import migrations

from cunguan.store.steps import steps


class Migration(migrations.Migration):
    """Apply the step, whole or not at all."""

    dependencies = [("ledger", "0018_persons")]
    operations = [migrations.RunSQL(steps()[18].text)]
