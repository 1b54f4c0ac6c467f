"""The parts of the desk's forms with invented contents, for the style guide."""

from __future__ import annotations

from types import SimpleNamespace

from django.http import QueryDict
from django.utils.translation import gettext as _

from tessera.web.sections import Edtf, Found, Line, Picks, Reference, Rows, Section, SectionForm, Translations
from tessera.web.sections.fields import Codes


def section_specimens() -> list[SectionForm]:
    """Every part filled from a document, then the finder as it answers a name that was typed."""
    finders = {"organisation": _finder()}
    document = {
        "specimen_title": {"en": "Stone", "es": "Piedra"},
        "specimen_methods": ["lecture"],
        "specimen_countries": ["1"],
        "specimen_phases": [{"edtf": "2023-10-16/2023-10-20"}, {"edtf": "2023-11"}],
        "specimen_organisation": "granite",
    }
    asked = QueryDict(mutable=True)
    asked["specimen_asked-text"] = "ICOM"
    return [
        SectionForm(_whole(), document, context={"finders": finders}),
        SectionForm(_one(), {}, asked, context={"finders": finders}, quiet=True),
    ]


def _whole() -> Section:
    return Section(
        "specimen",
        _("Forms"),
        (
            Translations("specimen_title", _("Title")),
            Line("specimen_city", _("City")),
            Picks("specimen_methods", _("Methods"), choices=[("lecture", _("Lecture")), ("workshop", _("Workshop"))]),
            Codes("specimen_countries", _("Countries and territories"), groups=_groups),
            Rows(
                "specimen_phases",
                _("Phases"),
                items=(Edtf("edtf", _("Dates")),),
                row_label=_("Phase"),
                add_label=_("Add a phase"),
            ),
            Reference("specimen_organisation", _("Organisation"), kind="organisation"),
        ),
    )


def _one() -> Section:
    return Section("asked", _("Forms"), (Reference("specimen_asked", _("Organisation"), kind="organisation"),))


def _groups() -> list[tuple[str, list[tuple[str, str]]]]:
    return [(_("Africa"), [("1", _("Region of Granite"))]), (_("Region"), [("2", _("Region of Slate"))])]


def _finder() -> Found:
    return Found(
        similar=lambda _text: [SimpleNamespace(slug="granite", label="ICOM", detail="", rehearsal=False)],
        named=lambda slugs: dict.fromkeys(slugs, "ICOM"),
        address=lambda _slug: "#sections",
        permission="organisations.edit_organisation",
        may_create=True,
        types=lambda: [("museum", _("Museum"))],
    )
