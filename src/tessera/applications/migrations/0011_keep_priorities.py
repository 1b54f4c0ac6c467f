"""Applications that were judged keep which priorities they meet, in the order of their rules."""

from django.db import migrations


def keep(apps, schema_editor):
    Application = apps.get_model("applications", "Application")
    Verdict = apps.get_model("applications", "Verdict")
    Version = apps.get_model("calls", "RuleVersion")
    orders = {}
    for version in Version.objects.order_by("pk").iterator():
        parts = [version.document, *version.document.get("strands", {}).values()]
        rules = [rule for part in parts for rule in part.get("rules", [])]
        keys = [rule["key"] for rule in rules if rule.get("weight") == "priority"]
        if keys:
            orders[version.pk] = keys
    for version, keys in orders.items():
        found = {}
        rows = Verdict.objects.filter(rule_version=version, application__rule_version=version, rule__in=keys)
        for application, rule, outcome in rows.values_list("application", "rule", "outcome"):
            found.setdefault(application, {})[rule] = "1" if outcome == "met" else "0"
        for application, met in found.items():
            kept = "".join(met[key] for key in keys if key in met)
            Application.objects.filter(pk=application).update(priorities=kept)


def forget(apps, schema_editor):
    apps.get_model("applications", "Application").objects.update(priorities="")


class Migration(migrations.Migration):
    dependencies = [("applications", "0010_priorities"), ("calls", "0001_calls")]

    operations = [migrations.RunPython(keep, forget)]
