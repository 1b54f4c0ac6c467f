from django.db import migrations

from tessera.organisations import finder


class Migration(migrations.Migration):
    dependencies = [("organisations", "0002_names_and_merges")]
    operations = [migrations.RunPython(finder.create, finder.drop)]
