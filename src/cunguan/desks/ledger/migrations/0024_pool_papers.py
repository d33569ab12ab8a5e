"""store/schema/0024_pool_papers.sql."""

from django.db import migrations

from cunguan.store.steps import steps


class Migration(migrations.Migration):
    """Apply the step, whole or not at all."""

    dependencies = [("ledger", "0023_people_wall")]
    operations = [migrations.RunSQL(steps()[23].text)]
