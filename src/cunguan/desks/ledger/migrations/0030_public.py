"""store/schema/0030_public.sql."""

from django.db import migrations

from cunguan.store.steps import steps


class Migration(migrations.Migration):
    """Apply the step, whole or not at all."""

    dependencies = [("ledger", "0029_client_keys")]
    operations = [migrations.RunSQL(steps()[29].text)]
