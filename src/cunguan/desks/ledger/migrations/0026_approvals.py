"""store/schema/0026_approvals.sql."""

from django.db import migrations

from cunguan.store.steps import steps


class Migration(migrations.Migration):
    """Apply the step, whole or not at all."""

    dependencies = [("ledger", "0025_signing")]
    operations = [migrations.RunSQL(steps()[25].text)]
