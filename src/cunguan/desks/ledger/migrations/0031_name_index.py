"""store/schema/0031_name_index.sql."""

from django.db import migrations

from cunguan.store.steps import steps


class Migration(migrations.Migration):
    """Apply the step, whole or not at all."""

    dependencies = [("ledger", "0030_public")]
    operations = [migrations.RunSQL(steps()[30].text)]
