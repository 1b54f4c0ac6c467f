"""Run by test_fourth_language.py on a site of its own: visits pages, writes a text in Portuguese, tells what it saw."""

import json
import sys

import django

django.setup()

from django.core.management import call_command  # noqa: E402
from django.test import Client  # noqa: E402

call_command("migrate", verbosity=0)
call_command("makemigrations", check_changes=True, dry_run=True, verbosity=0)  # leaves the process where one is missing

from tessera.commands.examinations import catalogues  # noqa: E402
from tessera.commands.first_data import load_first_data  # noqa: E402
from tests.factories.accounts import OfficeUserFactory  # noqa: E402
from tests.factories.pages import filled  # noqa: E402
from tests.factories.programmes import make_training  # noqa: E402

make_training(id="granite", status="delivered", title={"en": "Granite", "fr": "Granit"})
client = Client()
pages = {}


def visit(name: str, path: str) -> None:
    answer = client.get(path)
    pages[name] = {"status": answer.status_code, "html": answer.content.decode(), "to": answer.get("Location", "")}


visit("home", "/pt/")
visit("coverage", "/pt/coverage/")
visit("lacking", "/pt/trainings/granite/")
visit("arabic", "/ar/coverage/")
visit("sitemap", "/sitemap.xml")
client.force_login(OfficeUserFactory())
visit("desk", "/pt/desk/trainings/granite/edit/texts/")
fields = filled(client.get("/pt/desk/trainings/granite/edit/texts/"), title__pt="Granito", title__ar="جرانيت")
saved = client.post("/pt/desk/trainings/granite/edit/texts/", {**fields, "do": "save"})
pages["saved"] = {"status": saved.status_code, "html": saved.content.decode(), "to": saved.get("Location", "")}
fields = filled(client.get("/pt/desk/trainings/granite/edit/texts/"))
client.post("/pt/desk/trainings/granite/edit/texts/", {**fields, "do": "mark:title.pt:reviewed"})
visit("desk_again", "/pt/desk/trainings/granite/edit/texts/")
client.logout()
visit("written", "/pt/trainings/granite/")
pages["loaded"] = [line.split(":")[0] for line in load_first_data()]
visit("call", "/pt/calls/rehearsal-call-la-paz/")
pages["catalogues"] = catalogues()
json.dump(pages, sys.stdout)
