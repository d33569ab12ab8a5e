"""Endpoints, deliveries and the place up to which a lane's instructions were told: store/schema/0006_webhooks.sql."""

from django.db import migrations

from cunguan.store.steps import steps


class Migration(migrations.Migration):
    """Apply the step, whole or not at all."""

    dependencies = [("ledger", "0005_bid_stop")]
    operations = [migrations.RunSQL(steps()[5].text)]
