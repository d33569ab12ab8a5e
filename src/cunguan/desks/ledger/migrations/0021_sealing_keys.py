"""store/schema/0021_sealing_keys.sql."""

from django.db import migrations

from cunguan.store.steps import steps


class Migration(migrations.Migration):
    """Apply the step, whole or not at all."""

    dependencies = [("ledger", "0020_account_statements")]
    operations = [migrations.RunSQL(steps()[20].text)]
