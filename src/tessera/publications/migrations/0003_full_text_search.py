from django.db import migrations

from tessera.publications import fulltext


class Migration(migrations.Migration):
    dependencies = [("publications", "0002_search_columns")]
    operations = [migrations.RunPython(fulltext.create, fulltext.drop)]
