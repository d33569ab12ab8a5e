"""A lane's stop of new bids: store/schema/0005_bid_stop.sql."""

from django.db import migrations

from cunguan.store.steps import steps


class Migration(migrations.Migration):
    """Apply the step, whole or not at all."""

    dependencies = [("ledger", "0004_door_trust")]
    operations = [migrations.RunSQL(steps()[4].text)]
