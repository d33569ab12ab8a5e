"""store/schema/0014_safeguarding.sql."""

from django.db import migrations

from cunguan.store.steps import steps


class Migration(migrations.Migration):
    """Apply the step, whole or not at all."""

    dependencies = [("ledger", "0013_reconciliation")]
    operations = [migrations.RunSQL(steps()[13].text)]
