from django.db import migrations

KINDS = ("incident", "case", "alert", "task")


class Migration(migrations.Migration):
    dependencies = [("work", "0001_initial")]

    operations = [
        migrations.RunSQL(f"CREATE SEQUENCE number_{kind}", f"DROP SEQUENCE number_{kind}")
        for kind in KINDS
    ]
