"""Tables of country categories as the desk edits them."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from tessera.accounts.permissions import has_perm, require
from tessera.activity.documents import restore
from tessera.activity.forms import NamesForm
from tessera.activity.kinds import RecordKind, register
from tessera.grants import services
from tessera.grants.models import CategoryTable
from tessera.programmes.forms.choices import countries_by_region
from tessera.web.sections import Codes, KeyLine, Line, Rows, Section, Translations

TABLE_SECTIONS = (
    Section(
        "categories",
        _("Categories"),
        (
            Translations("name", _("Name"), limit=160, help=_("At least in one language.")),
            Line("source", _("Source"), limit=300, help=_("Where the categories are from, and of which year.")),
            Rows(
                "categories",
                _("Categories"),
                items=(
                    KeyLine("code", _("Code"), limit=16, help=_("For example A, or 4.")),
                    Translations("name", _("Name"), limit=160),
                    Codes("countries", _("Countries and territories"), groups=countries_by_region),
                ),
                add_label=_("Add a category"),
                row_label=_("Category"),
                wide=True,
                help=_("A country stands in one category of a table at most."),
            ),
        ),
    ),
)


class NewTableForm(NamesForm):
    """A table begins with its name."""

    limit = 160
    words = _("Name")


TABLE = register(
    RecordKind(
        name="categorytable",
        label=_("Table of country categories"),
        plural=_("Tables of country categories"),
        namespace="grants",
        list_page="tables",
        key="code",
        sections=TABLE_SECTIONS,
        rows=lambda user: CategoryTable.objects.visible_to(user),
        may=has_perm,
        require=require,
        save=services.save_table,
        restore=restore,
        view_permission="grants.edit_categories",
        edit_permission="grants.edit_categories",
        header="grants/header.html",
    )
)
