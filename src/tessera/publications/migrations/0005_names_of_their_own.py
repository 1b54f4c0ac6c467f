from django.db import migrations

from tessera.publications import fulltext


class Migration(migrations.Migration):
    dependencies = [("publications", "0004_calls_are_public")]
    operations = [migrations.RunPython(fulltext.rebuild, migrations.RunPython.noop)]
