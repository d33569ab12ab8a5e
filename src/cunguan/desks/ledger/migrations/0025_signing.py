"""store/schema/0025_signing.sql."""

from django.db import migrations

from cunguan.store.steps import steps


class Migration(migrations.Migration):
    """Apply the step, whole or not at all."""

    dependencies = [("ledger", "0024_pool_papers")]
    operations = [migrations.RunSQL(steps()[24].text)]
