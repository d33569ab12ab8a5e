"""What a client is asked to confirm at the custodian's page: store/schema/0007_authorisations.sql."""

from django.db import migrations

from cunguan.store.steps import steps


class Migration(migrations.Migration):
    """Apply the step, whole or not at all."""

    dependencies = [("ledger", "0006_webhooks")]
    operations = [migrations.RunSQL(steps()[6].text)]
