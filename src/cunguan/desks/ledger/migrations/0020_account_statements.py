"""store/schema/0020_account_statements.sql."""

from django.db import migrations

from cunguan.store.steps import steps


class Migration(migrations.Migration):
    """Apply the step, whole or not at all."""

    dependencies = [("ledger", "0019_liabilities")]
    operations = [migrations.RunSQL(steps()[19].text)]
