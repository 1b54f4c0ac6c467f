"""Endorsements say whether they were asked of a national committee."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("applications", "0007_members")]

    operations = [migrations.AddField("request", "committee", models.BooleanField(default=False))]
