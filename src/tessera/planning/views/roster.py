"""The roster of trainers: the list, and what is known of one."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from tessera.accounts.models import Person
from tessera.accounts.permissions import me, require
from tessera.core.errors import DomainError
from tessera.core.folding import clean
from tessera.organisations.queries import similar_people
from tessera.places.queries import language_choices
from tessera.planning.forms.roster import ProfileForm, initial_of
from tessera.planning.queries import roster as queries
from tessera.planning.services import roster as services

PAGE = 30


@require_safe
def roster(request: HttpRequest) -> HttpResponse:
    """Everybody who taught or may teach, by name; ``language`` narrows by what the roster says."""
    require(request.user, "planning.view_planning")
    people = queries.roster_people()
    word, spoken = clean(request.GET.get("q", ""), lines=False)[:100], request.GET.get("language", "")
    for part in word.split():
        people = people.filter(display__icontains=part)
    names = dict(language_choices())
    if spoken in names:
        people = people.filter(pk__in=queries.speaking(spoken))
    page = Paginator(people, PAGE).get_page(request.GET.get("page"))
    context = {
        "tab": "roster",
        "page": page,
        "rows": [(row, [names.get(code, code) for code in row.profile.languages] if row.profile else [])
                 for row in queries.trainer_rows(page)],
        "word": word,
        "spoken": spoken,
        "languages": [(code, names[code]) for code in queries.spoken_languages() if code in names],
        "narrowed": bool(word or spoken),
    }  # fmt: skip
    return render(request, "planning/roster.html", context)


@require_safe
def add(request: HttpRequest) -> HttpResponse:
    """Look somebody up by a part of the name, to write down what the roster should know; nothing is written here."""
    require(request.user, "planning.edit_roster")
    word = clean(request.GET.get("q", ""), lines=False)[:100]
    found = similar_people(word) if word else []
    listed = set(queries.roster_people().filter(slug__in=[one.slug for one in found]).values_list("slug", flat=True))
    context = {"tab": "roster", "word": word, "rows": [(one, one.slug in listed) for one in found]}
    return render(request, "planning/trainer_add.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def trainer(request: HttpRequest, slug: str) -> HttpResponse:
    """One trainer: record, clashes, and a form for the rest."""
    require(request.user, "planning.view_planning")
    person = get_object_or_404(
        Person.objects.visible_to(request.user).filter(pk__in=queries.possible_trainers()), slug=slug
    )
    row = queries.trainer_rows([person])[0]
    form = ProfileForm(request.POST if request.method == "POST" else None, initial=initial_of(row.profile, row.periods))
    if form.is_bound:
        require(request.user, "planning.edit_roster")
        if form.is_valid():
            data = form.cleaned_data
            try:
                services.save_profile(
                    person, {name: data[name] for name in services.FACTS}, data["topics"], data["periods"],
                    by=me(request), at=timezone.now(), expected_version=data["version"],
                )  # fmt: skip
            except DomainError as refusal:
                form.add_error(None, str(refusal))
            else:
                messages.success(request, _("Saved."))
                return redirect("planning:trainer", slug)
    names = dict(language_choices())
    spoken = [names.get(code, code) for code in row.profile.languages] if row.profile else []
    context = {"tab": "roster", "row": row, "form": form, "spoken": spoken}
    return render(request, "planning/trainer.html", context, status=422 if form.errors else 200)
