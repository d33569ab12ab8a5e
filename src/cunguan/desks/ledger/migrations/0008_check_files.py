"""Daily check files, what the platform says of the day, breaks and confirms: store/schema/0008_check_files.sql."""

from django.db import migrations

from cunguan.store.steps import steps


class Migration(migrations.Migration):
    """Apply the step, whole or not at all."""

    dependencies = [("ledger", "0007_authorisations")]
    operations = [migrations.RunSQL(steps()[7].text)]
