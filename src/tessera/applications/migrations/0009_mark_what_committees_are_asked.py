"""Endorsements that were asked of a national committee say so: those whose question asks for one, and not in its place."""

from django.db import migrations


def mark(apps, schema_editor):
    Request = apps.get_model("applications", "Request")
    FormVersion = apps.get_model("calls", "FormVersion")
    asked = Request.objects.filter(kind="endorsement", fallback=False)
    for call in asked.order_by().values_list("application__call", flat=True).distinct():
        version = FormVersion.objects.filter(call=call).order_by("-number").first()
        steps = version.document["steps"] if version else []
        keys = [
            one["key"]
            for step in steps
            for one in step["questions"]
            if one["type"] == "endorsement" and one.get("channel", "national_committee") == "national_committee"
        ]
        asked.filter(application__call=call, question__in=keys).update(committee=True)


def unmark(apps, schema_editor):
    apps.get_model("applications", "Request").objects.update(committee=False)


class Migration(migrations.Migration):
    dependencies = [("applications", "0008_asked_of_a_committee"), ("calls", "0001_calls")]

    operations = [migrations.RunPython(mark, unmark)]
