"""store/schema/0015_outgoing_stop.sql."""

from django.db import migrations

from cunguan.store.steps import steps


class Migration(migrations.Migration):
    """Apply the step, whole or not at all."""

    dependencies = [("ledger", "0014_safeguarding")]
    operations = [migrations.RunSQL(steps()[14].text)]
