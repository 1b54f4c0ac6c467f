"""Endorsements that were asked in calls whose applications are transmitted are those that transmit."""

from django.db import migrations


def mark(apps, schema_editor):
    Request = apps.get_model("applications", "Request")
    Call = apps.get_model("calls", "Call")
    FormVersion = apps.get_model("calls", "FormVersion")
    for call in Call.objects.filter(channel="transmitted").order_by("pk"):
        version = FormVersion.objects.filter(call=call).order_by("-number").first()
        steps = version.document["steps"] if version else []
        asked = [one for step in steps for one in step["questions"] if one["type"] == "endorsement"]
        committee = [one for one in asked if one.get("channel", "national_committee") == "national_committee"]
        for question in [*committee, *asked][:1]:
            rows = Request.objects.filter(application__call=call, kind="endorsement", question=question["key"])
            rows.update(transmits=True)


def unmark(apps, schema_editor):
    apps.get_model("applications", "Request").objects.update(transmits=False)


class Migration(migrations.Migration):
    dependencies = [("applications", "0003_transmission"), ("calls", "0001_calls")]

    operations = [migrations.RunPython(mark, unmark)]
