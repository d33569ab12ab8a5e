"""store/schema/0016_log.sql."""

from django.db import migrations

from cunguan.store.steps import steps


class Migration(migrations.Migration):
    """Apply the step, whole or not at all."""

    dependencies = [("ledger", "0015_outgoing_stop")]  # noqa: RUF012 - Django's own shape
    operations = [migrations.RunSQL(steps()[15].text)]  # noqa: RUF012 - Django's own shape
