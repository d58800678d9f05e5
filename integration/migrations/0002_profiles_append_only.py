from audit.append_only import append_only
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("integration", "0001_initial")]

    operations = [append_only("integration_feedprofile")]
