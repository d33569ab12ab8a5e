# Of books that are there already nothing is told afterwards: their lanes begin at their heads.

import django.core.serializers.json
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [("ledger", "0001_books")]

    operations = [
        migrations.CreateModel(
            name="Cursor",
            fields=[
                ("lane", models.IntegerField(primary_key=True, serialize=False)),
                ("seq", models.BigIntegerField()),
            ],
            options={
                "db_table": "notices_cursor",
            },
        ),
        migrations.CreateModel(
            name="Notice",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("reader", models.CharField(max_length=240)),
                ("kind", models.CharField(max_length=40)),
                ("values", models.JSONField(encoder=django.core.serializers.json.DjangoJSONEncoder)),
                ("at", models.DateTimeField()),
                ("read_at", models.DateTimeField(null=True)),
                ("source", models.CharField(db_default="", default="", max_length=80)),
                ("outgoing", models.CharField(db_default="none", default="none", max_length=8)),
            ],
            options={
                "db_table": "notices_notice",
                "indexes": [
                    models.Index(fields=["reader", "-id"], name="notices_notice_of_reader"),
                    models.Index(
                        condition=models.Q(("read_at__isnull", True)), fields=["reader"], name="notices_notice_unread"
                    ),
                    models.Index(
                        condition=models.Q(("outgoing", "waiting")), fields=["id"], name="notices_notice_waiting"
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("source", ""), _negated=True),
                        fields=("source", "reader"),
                        name="notices_notice_is_told_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("outgoing__in", ("none", "waiting", "sent", "failed"))),
                        name="notices_notice_outgoing_is_known",
                    ),
                ],
            },
        ),
        migrations.RunSQL(
            "INSERT INTO notices_cursor (lane, seq) SELECT lane, head FROM lane WHERE lane > 0", migrations.RunSQL.noop
        ),
    ]
