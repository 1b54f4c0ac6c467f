"""Questions that calls took from the bank before it had the mark are deleted 30 days after the end, as the bank has them.

Left alone: what was given another type, and whatever the rules learn something from, since that lives on elsewhere.
"""

from django.db import migrations

MARKED = {
    "passport": "file", "diet": "short_text", "access_needs": "long_text", "emergency_contact": "short_text",
}  # fmt: skip


def mark(apps, schema_editor):
    FormVersion = apps.get_model("calls", "FormVersion")
    for version in FormVersion.objects.order_by("pk").iterator(chunk_size=100):
        questions = [one for step in version.document.get("steps", ()) for one in step.get("questions", ())]
        found = [
            one
            for one in questions
            if MARKED.get(one.get("key")) == one.get("type") and not one.get("fact") and not one.get("sensitive")
        ]
        for question in found:
            question["sensitive"] = True
        if found:
            version.save(update_fields=["document"])


class Migration(migrations.Migration):
    dependencies = [("calls", "0001_calls")]

    # Nobody knows afterwards which mark the office has set itself; with it more is deleted early, and nothing else changes.
    operations = [migrations.RunPython(mark, migrations.RunPython.noop)]
