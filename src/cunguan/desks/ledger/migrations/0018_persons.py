"""store/schema/0018_persons.sql."""

from django.db import migrations

from cunguan.store.steps import steps


class Migration(migrations.Migration):
    """Apply the step, whole or not at all."""

    dependencies = [("ledger", "0017_witnesses")]
    operations = [migrations.RunSQL(steps()[17].text)]
