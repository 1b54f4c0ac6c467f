"""Addresses of applications on the desk."""

from django.urls import path

from tessera.applications.views import (
    keeping,
    late,
    letters,
    members,
    papers,
    retention,
    returning,
    screening,
    several,
    tables,
    transmitting,
    waiving,
)

app_name = "applications"
urlpatterns = [
    path("", screening.calls, name="calls"),
    path("retention/", retention.periods, name="retention"),
    path("calls/<slug:code>/", screening.applications, name="list"),
    path("calls/<slug:code>/act/", several.act, name="act"),
    path("calls/<slug:code>/filters/", screening.keep_filter, name="keep_filter"),
    path("calls/<slug:code>/filters/<int:pk>/forget/", screening.forget_filter, name="forget_filter"),
    path("calls/<slug:code>/demand/", screening.demand, name="demand"),
    path("calls/<slug:code>/duplicates/", screening.duplicates, name="duplicates"),
    path("calls/<slug:code>/duplicates/<int:pk>/", screening.decide_likeness, name="decide_likeness"),
    path("calls/<slug:code>/export.<slug:form>", tables.export, name="export"),
    path("calls/<slug:code>/import/", tables.import_table, name="import"),
    path("calls/<slug:code>/kept/", keeping.of_call, name="kept"),
    path("members/", members.members, name="members"),
    path("members/delete/", members.delete, name="members_delete"),
    path("calls/<slug:code>/members/", members.members, name="members_of_call"),
    path("calls/<slug:code>/members/delete/", members.delete, name="members_of_call_delete"),
    path("calls/<slug:code>/late/", late.codes, name="late"),
    path("calls/<slug:code>/late/<int:pk>/revoke/", late.revoke, name="late_revoke"),
    path("calls/<slug:code>/waive/", waiving.beforehand, name="waive_beforehand"),
    path("files/<str:number>/", screening.file, name="file"),
    path("files/<str:number>/rules/<str:rule>/waive/", screening.waive, name="waive"),
    path("files/<str:number>/eligible/", screening.eligible, name="eligible"),
    path("files/<str:number>/ineligible/", screening.ineligible, name="ineligible"),
    path("files/<str:number>/return/", returning.return_file, name="return"),
    path("files/<str:number>/paper/", papers.paper, name="paper"),
    path("files/<str:number>/notes/", screening.note, name="note"),
    path("files/<str:number>/requests/<str:question>/", transmitting.ask_again, name="ask_again"),
    path("files/<str:number>/letters/<uuid:key>/", letters.letter, name="letter"),
    path("files/<str:number>/transmission/waive/", transmitting.waive_transmission, name="waive_transmission"),
]
