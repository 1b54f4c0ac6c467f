from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('publications', '0001_initial'),
    ]

    operations = [
        migrations.AddField(
            model_name='publicrecord',
            name='related_folded',
            field=models.TextField(blank=True),
        ),
        migrations.AddField(
            model_name='publicrecord',
            name='shelf',
            field=models.CharField(default='', max_length=24),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name='publicrecord',
            name='stamp',
            field=models.BigIntegerField(default=0),
            preserve_default=False,
        ),
        migrations.AddIndex(
            model_name='publicrecord',
            index=models.Index(fields=['kind', 'stamp'], name='publications_by_stamp'),
        ),
        migrations.CreateModel(
            name='PublicWord',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('word', models.CharField(max_length=120, unique=True)),
                ('padded', models.CharField(max_length=124)),
                ('records', models.IntegerField()),
            ],
        ),
    ]
