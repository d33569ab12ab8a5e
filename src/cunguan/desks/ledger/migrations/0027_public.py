"""store/schema/0027_public.sql."""

from django.db import migrations

from cunguan.store.steps import steps


class Migration(migrations.Migration):
    """Apply the step, whole or not at all."""

    dependencies = [("ledger", "0026_approvals")]
    operations = [migrations.RunSQL(steps()[26].text)]
