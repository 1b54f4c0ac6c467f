from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("applications", "0009_mark_what_committees_are_asked")]

    operations = [
        migrations.AddField(
            model_name="application",
            name="priorities",
            field=models.CharField(blank=True, editable=False, max_length=200),
        ),
    ]
