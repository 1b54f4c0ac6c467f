"""A fourth language is a setting and a catalogue: the site in Portuguese, with Arabic for content alone."""

import json
import os
import re
import subprocess
import sys

import pytest
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo

from tessera.commands.examinations import catalogues
from tessera.commands.first_data import archive_file
from tessera.config.environment import has_catalogue
from tests.own_site import ROOT, own_environment, tessera

MISSING = "Some of this page has no text in your language yet and is shown in another: %(languages)s."
WORDS = [
    # context, English, Portuguese
    (None, "Coverage of the regions", "Cobertura das regiões"),
    (None, "Took place {said}.", "Realizou-se em {said}."),
    (None, MISSING, "Parte desta página ainda não tem texto em português e aparece noutra língua: %(languages)s."),
    (None, "Title", "Título"),
    ("a training", "Delivered", "Realizada"),
    ("days missed", "none", "nenhum"),
]


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    folder = tmp_path_factory.mktemp("portuguese")
    catalogue = Catalog(locale="pt")
    for context, english, portuguese in WORDS:
        catalogue.add(english, portuguese, context=context)
    catalogue.add(("{n} country or territory", "{n} countries and territories"), ("{n} país", "{n} países"))
    path = folder / "locale/pt/LC_MESSAGES/django.mo"
    path.parent.mkdir(parents=True)
    with path.open("wb") as file:
        write_mo(file, catalogue)
    settings = {
        "TESSERA_LANGUAGES": "en,fr,es,pt",
        "TESSERA_CONTENT_LANGUAGES": "en,fr,es,pt,ar",
        "TESSERA_LOCALE_DIR": str(folder / "locale"),
        "DJANGO_SETTINGS_MODULE": "tessera.config.settings",
    }
    with own_environment(folder / "data", **settings) as environment:
        environment["PYTHONPATH"] = f"{ROOT / 'src'}:{ROOT}"
        run = subprocess.run(
            [sys.executable, "-m", "tests.commands.fourth_language_site"],
            env=environment, cwd=ROOT, capture_output=True, text=True, timeout=300, check=False,
        )  # fmt: skip
    assert run.returncode == 0, run.stdout[-2000:] + run.stderr[-2000:]
    return json.loads(run.stdout)


@pytest.mark.parametrize("name", ["home", "coverage", "lacking", "written", "desk", "desk_again"])
def test_a_page_answers_in_the_fourth_language(pages, name):
    assert pages[name]["status"] == 200
    assert re.search(r"<html[^>]*>", pages[name]["html"])[0].split('lang="')[1].split('"')[0] == "pt"


def test_the_interface_and_the_public_wording_come_from_its_catalogue(pages):
    assert "<h1>Cobertura das regiões</h1>" in pages["coverage"]["html"]
    assert re.search(r"\b\d+ países\b", pages["coverage"]["html"])
    training = pages["written"]["html"]
    assert "Realizou-se em " in training
    assert "Realizada" in training
    assert not re.search(r"Took place|\bJune\b|\bOctober\b", training)


def test_a_text_that_lacks_falls_back_with_its_own_language_and_a_notice(pages):
    html = pages["lacking"]["html"]
    assert '<h1><span lang="en">Granite</span></h1>' in html
    assert "ainda não tem texto em português e aparece noutra língua" in html


def test_content_is_written_in_it_and_read_back(pages):
    assert pages["saved"]["status"] == 302
    assert re.search(
        r'<textarea name="title--pt"[^>]*lang="pt"[^>]*>\s*Granito</textarea>', pages["desk_again"]["html"]
    )
    assert "<h1>Granito</h1>" in pages["written"]["html"]


def test_a_language_of_the_content_alone_has_a_field_and_no_addresses(pages):
    assert re.search(
        r'<textarea name="title--ar"[^>]*lang="ar" dir="rtl"[^>]*>\s*جرانيت</textarea>', pages["desk_again"]["html"]
    )
    assert pages["arabic"]["status"] == 302
    assert "sitemap-pt.xml" in pages["sitemap"]["html"]
    assert "sitemap-ar.xml" not in pages["sitemap"]["html"]
    assert 'hreflang="pt"' in pages["written"]["html"]
    assert 'hreflang="ar"' not in pages["written"]["html"]


def test_the_archive_and_the_rehearsal_are_loaded(pages):
    assert pages["loaded"] == ["Archive loaded", "Rehearsal data loaded"]
    assert pages["call"]["status"] == 200


def test_the_rehearsal_is_loaded_where_the_content_has_not_its_languages(tmp_path):
    with own_environment(tmp_path / "data", TESSERA_LANGUAGES="en,pt") as environment:
        runs = [
            tessera(environment, *arguments)
            for arguments in (["migrate"], ["load", str(archive_file())], ["rehearsal", "load", "--json"])
        ]
    assert [(run.returncode, run.stderr) for run in runs] == [(0, "")] * 3
    created = json.loads(runs[-1].stdout)["created"]
    assert [line for line in created if line.startswith("call ")] == [
        "call rehearsal-call-la-paz", "call rehearsal-call-dakar", "call rehearsal-call-listening",
    ]  # fmt: skip


def test_doctor_finds_each_catalogue_in_whichever_folder_it_lies(pages):
    assert pages["catalogues"] == [True, "compiled"]


def test_doctor_looks_for_a_variant_where_catalogues_are_read(tmp_path, settings):
    settings.LANGUAGES, settings.LOCALE_PATHS = [("en", "English"), ("pt-br", "Portuguese")], [tmp_path]
    assert catalogues() == (False, "not compiled: pt-br")

    path = tmp_path / "pt_BR/LC_MESSAGES/django.mo"
    path.parent.mkdir(parents=True)
    path.touch()
    assert catalogues() == (True, "compiled")

    path.with_suffix(".po").touch()
    os.utime(path, (0, 0))
    assert catalogues() == (False, "not compiled: pt-br")


@pytest.mark.parametrize("name", ["LANGUAGES", "CONTENT_LANGUAGES"])
def test_a_main_language_that_is_not_among_the_languages_is_refused(tmp_path, name):
    settings = {"TESSERA_LANGUAGES": "en,fr", "TESSERA_MAIN_LANGUAGE": "en"} | {f"TESSERA_{name}": "fr"}
    with own_environment(tmp_path / "data", **settings) as environment:
        run = tessera(environment, "migrate")
    assert run.returncode != 0
    assert f"TESSERA_MAIN_LANGUAGE is en, which TESSERA_{name} does not hold." in run.stderr


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        (
            {"TESSERA_LANGUAGES": "en,ps"},
            "TESSERA_LANGUAGES names ps, of which no catalogue was found: put one at ps/LC_MESSAGES/django.mo",
        ),
        ({"TESSERA_LOCALE_DIR": "/nowhere"}, "TESSERA_LOCALE_DIR names /nowhere, which is not a folder."),
    ],
)
def test_a_language_of_the_interface_without_any_catalogue_is_refused(tmp_path, settings, said):
    with own_environment(tmp_path / "data", **settings) as environment:
        run = tessera(environment, "migrate")
    assert run.returncode != 0
    assert said in run.stderr


def test_a_language_that_django_has_no_catalogue_of_needs_one_of_the_operator(tmp_path):
    assert [has_catalogue(code, None) for code in ("fr", "pt-br", "zh-hans", "ps")] == [True, True, True, False]
    path = tmp_path / "ps/LC_MESSAGES/django.mo"
    path.parent.mkdir(parents=True)
    path.touch()
    assert has_catalogue("ps", tmp_path) is True
