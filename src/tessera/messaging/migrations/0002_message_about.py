"""What a message is about, so that both can be forgotten together."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("messaging", "0001_initial")]

    operations = [
        migrations.AddField(
            model_name="message", name="about", field=models.CharField(blank=True, db_index=True, max_length=80)
        ),
    ]
