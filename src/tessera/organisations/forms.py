"""How people and organisations are asked for on the desk, and how other records find them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django import forms
from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from tessera.accounts.models import Person
from tessera.accounts.names import clean_name, split_name
from tessera.accounts.permissions import has_perm, require
from tessera.activity.forms import NamesForm
from tessera.activity.kinds import Copying, RecordKind, register
from tessera.organisations import services
from tessera.organisations.documents import BIOGRAPHY_LIMIT
from tessera.organisations.models import Organisation, OrganisationType
from tessera.organisations.queries import similar_organisations, similar_people
from tessera.places.queries import country_choices
from tessera.web.sections import (
    Address,
    Day,
    Edtf,
    Flag,
    Found,
    Line,
    Lines,
    Pick,
    Reference,
    Rows,
    Section,
    Text,
    Translations,
    worded,
)

ORIGINS = [
    ("source", _("as in the source")),
    ("official", _("official wording")),
    ("translation", _("our translation")),
]
_ROUGH = _("2023, 2023-05 or 2023-05-01.")


def _people_named(slugs: list[str]) -> dict[str, str]:
    return dict(Person.objects.filter(slug__in=slugs).values_list("slug", "display"))


def _organisations_named(slugs: list[str]) -> dict[str, str]:
    return {row.slug: str(row) for row in Organisation.objects.filter(slug__in=slugs).order_by("slug")}


def finders() -> Mapping[str, Found]:
    """How forms find people and organisations."""
    return {
        "person": Found(
            similar_people,
            _people_named,
            lambda slug: reverse("organisations:person", args=[slug]),
            "accounts.edit_person",
            may_create=True,
            creation="accounts.add_person",
        ),
        "organisation": Found(
            similar_organisations,
            _organisations_named,
            lambda slug: reverse("organisations:organisation", args=[slug]),
            "organisations.edit_organisation",
            may_create=True,
            creation="organisations.add_organisation",
            types=lambda: OrganisationType.choices,
        ),
    }


def make_person(name: str, kind: str = "", *, beside: Any, by: Any, at: datetime) -> str:
    """A person by the name alone, not public, rehearsal where the record ``beside`` it is; returns the slug."""
    given, family = split_name(name)
    document = {"id": "", "name": {"given": given, "family": family, "display": clean_name(name)}}
    return services.save_person(document, by=by, at=at, rehearsal=bool(beside and beside.rehearsal)).obj.slug


def make_organisation(name: str, kind: str, *, beside: Any, by: Any, at: datetime) -> str:
    """An organisation by name (in the main language) and type; as ``make_person``."""
    document = {"id": "", "type": kind, "name": {settings.MAIN_LANGUAGE: name}}
    return services.save_organisation(document, by=by, at=at, rehearsal=bool(beside and beside.rehearsal)).obj.slug


CREATORS = {"person": make_person, "organisation": make_organisation}

PERSON_SECTIONS = (
    Section(
        "names",
        _("Name and place"),
        (
            Line("name.given", _("Given names"), limit=150),
            Line("name.family", _("Family names"), limit=150, help=_("With their particles, as the person writes them.")),
            Line("name.display", _("Name as shown"), help=_("In any script. Left empty: given names, then family names.")),
            Line("name.sort", _("Name for lists"), help=_("Only where the family name is not what lists go by.")),
            Lines("name.other", _("Other names"), help=_("Former names, other spellings, other scripts; one a line.")),
            Pick("work_country", _("Country of work"), choices=country_choices),
        ),
    ),
    Section(
        "biography",
        _("Post and biography"),
        (
            Translations("position", _("Post in a few words"), limit=300),
            Translations(
                "bio", _("Biography"), long=True, limit=BIOGRAPHY_LIMIT, rows=9,
                help=_("At most 600 characters. Where the text changes, its approval no longer holds."),
            ),
            Edtf("as_of", _("True of"), help=_ROUGH),
            Day("approved_on", _("Approved by the person on"), help=_("The day on which they agreed to these texts.")),
        ),
    ),
    Section(
        "posts",
        _("Posts held"),
        (
            Rows(
                "affiliations", _("Posts"),
                items=(
                    Line("organisation", _("Organisation, as written")),
                    Reference("record", _("Record of the organisation"), kind="organisation",
                              help=_("Found by itself where the name is the same.")),
                    Line("title", _("Post")),
                    Edtf("from", _("From"), help=_ROUGH),
                    Edtf("to", _("To"), help=_ROUGH),
                    Flag("current_on_page", _("Held on the day the record is true of")),
                ),
                add_label=_("Add a post"), row_label=_("Post"),
            ),
        ),
    ),
    Section(
        "remarks",
        _("Remarks for editors"),
        (Lines("data_quality", _("Remarks"), help=_("In English, one a line. Never shown to the public."), rows=6),),
    ),
)  # fmt: skip

ORGANISATION_SECTIONS = (
    Section(
        "names",
        _("Names"),
        (
            Translations("name", _("Name"), limit=300),
            *(
                Pick(f"name_status.{code}", worded(gettext_noop("Origin of the name (%(language)s)"), language=code.upper()),
                     choices=ORIGINS)
                for code in settings.CONTENT_LANGUAGES
            ),
            Lines("also_named", _("Also named"), help=_("Abbreviations, former names, names in other languages; one a line.")),
        ),
    ),
    Section(
        "facts",
        _("Type and place"),
        (
            Pick("type", _("Type"), choices=OrganisationType.choices, empty=None),
            Reference("parent", _("Part of"), kind="organisation"),
            Pick("country", _("Country or territory"), choices=country_choices),
            Line("city", _("City"), limit=120),
            Address("website", _("Website"), limit=200),
            Line("icom_institutional_member", _("Number as institutional member"), limit=10),
        ),
    ),
    Section(
        "remarks",
        _("Remarks for editors"),
        (Text("note", _("Remark"), help=_("In English. Never shown to the public."), rows=6),),
    ),
)  # fmt: skip


class NewForm(forms.Form):
    """The name of a record to make, after the finder has shown what is there."""

    name = forms.CharField(label=_("Name"), max_length=300, help_text=_("As it is written, in any script."))

    def clean_name(self) -> str:
        return clean_name(self.cleaned_data["name"])


class CopyOrganisationForm(NamesForm):
    """The names of the organisation that the copy is about."""

    words = _("Name")


COPY_MADE = _("This is the copy: a draft. Nobody but the office sees it until it is published.")

PERSON = register(
    RecordKind(
        name="person",
        label=_("Person"),
        plural=_("People"),
        new=_("New person"),
        namespace="organisations",
        list_page="people",
        sections=PERSON_SECTIONS,
        rows=lambda user: Person.objects.visible_to(user),
        may=has_perm,
        require=require,
        save=services.save_person,
        restore=services.restore_person,
        view_permission="activity.view_history",
        edit_permission="accounts.edit_person",
        finders=finders,
        creators=CREATORS,
        lacking=services.person_lacking,
        publish=services.publish_person,
        unpublish=services.unpublish_person,
        publish_permission="accounts.publish_person",
        delete=services.delete_person,
        made_again=lambda rehearsal: {"rehearsal": rehearsal},
        delete_permission="accounts.edit_person",
        copying=Copying(
            copy=lambda person, asked, **how: services.clone_person(person, asked["name"], **how),
            permission="accounts.add_person",
            taken=_(
                "The copy is a draft. It takes over the post, the biography, the posts held and the country of work."
            ),
            left=_("It does not take over the names, the approval of the biography and the remarks for editors."),
            done=COPY_MADE,
            form=NewForm,
            may_copy=lambda person: person.merged_into_id is None and person.anonymised_at is None,
        ),
        preview_page="portal:desk_person_preview",
        pages=lambda person: [
            (_("Merge with another"), reverse("programmes:person_merge", args=[person.slug]), "accounts.merge_persons")
        ],
    )
)
ORGANISATION = register(
    RecordKind(
        name="organisation",
        label=_("Organisation"),
        plural=_("Organisations"),
        new=_("New organisation"),
        namespace="organisations",
        list_page="organisations",
        sections=ORGANISATION_SECTIONS,
        rows=lambda user: Organisation.objects.visible_to(user),
        may=has_perm,
        require=require,
        save=services.save_organisation,
        restore=services.restore_organisation,
        view_permission="activity.view_history",
        edit_permission="organisations.edit_organisation",
        finders=finders,
        creators=CREATORS,
        lacking=services.organisation_lacking,
        publish=services.publish_organisation,
        unpublish=services.unpublish_organisation,
        publish_permission="organisations.publish_organisation",
        delete=services.delete_organisation,
        made_again=lambda rehearsal: {"rehearsal": rehearsal},
        delete_permission="organisations.edit_organisation",
        copying=Copying(
            copy=lambda organisation, asked, **how: services.clone_organisation(organisation, asked["names"], **how),
            permission="organisations.add_organisation",
            taken=_("The copy is a draft. It takes over the type, the place, the website and what it is part of."),
            left=_("It does not take over the names, the number as institutional member and the remark for editors."),
            done=COPY_MADE,
            form=CopyOrganisationForm,
            may_copy=lambda organisation: organisation.merged_into_id is None,
        ),
        preview_page="portal:desk_organisation_preview",
        pages=lambda organisation: [
            (
                _("Merge with another"),
                reverse("programmes:organisation_merge", args=[organisation.slug]),
                "organisations.merge_organisations",
            )
        ],
    )
)


class NarrowingForm(forms.Form):
    """What narrows every list of the desk."""

    q = forms.CharField(label=_("Name"), required=False, widget=forms.TextInput(attrs={"type": "search"}))
    rehearsal = forms.ChoiceField(
        label=_("Rehearsal"),
        required=False,
        choices=[("", _("With rehearsal")), ("no", _("Without rehearsal")), ("only", _("Only rehearsal"))],
    )


class ListForm(NarrowingForm):
    """What narrows a list of records that are public or not."""

    field_order: tuple[str, ...] = ("q", "state", "rehearsal")
    state = forms.ChoiceField(
        label=_("State"),
        required=False,
        choices=[("", _("All")), ("public", _("Public")), ("draft", _("Not public")), ("merged", _("Merged"))],
    )


class OrganisationListForm(ListForm):
    """As above, with the type."""

    type = forms.ChoiceField(label=_("Type"), required=False, choices=[("", _("All")), *OrganisationType.choices])


class NewOrganisationForm(NewForm):
    """An organisation also needs its type."""

    type = forms.ChoiceField(label=_("Type"), choices=[("", _("Choose")), *OrganisationType.choices])
