"""Addresses of trainings, topics, series, sources, the programme, merges and schemes in force, on the desk."""

from django.urls import URLPattern, URLResolver, include, path

from tessera.activity.views.records import RecordPages
from tessera.programmes.forms.kinds import PROGRAMME, SERIES, SOURCE, TOPIC, TRAINING
from tessera.programmes.views import merging, schemes, series, sources, topics, trainings

app_name = "programmes"
urlpatterns: list[URLPattern | URLResolver] = [
    path("trainings/", trainings.trainings, name="trainings"),
    path("trainings/new/", trainings.new, name="training_new"),
    path("trainings/<slug:key>/status/", trainings.status, name="training_status"),
    path("trainings/", include(RecordPages(TRAINING).urls())),
    path("topics/", topics.topics, name="topics"),
    path("topics/new/", topics.new_topic, name="topic_new"),
    path("topics/", include(RecordPages(TOPIC).urls())),
    path("series/", series.series, name="series_list"),
    path("series/new/", series.new_series, name="series_new"),
    path("series/", include(RecordPages(SERIES).urls())),
    path("sources/", sources.sources, name="sources"),
    path("sources/new/", sources.new_source, name="source_new"),
    path("sources/", include(RecordPages(SOURCE).urls())),
    path("programme/", topics.programmes, name="programmes"),
    path("programme/", include(RecordPages(PROGRAMME).urls())),
    path("people/<slug:key>/merge/", merging.merge_person, name="person_merge"),
    path("people/merges/<int:pk>/undo/", merging.undo_person_merge, name="person_unmerge"),
    path("organisations/<slug:key>/merge/", merging.merge_organisation, name="organisation_merge"),
    path("organisations/merges/<int:pk>/undo/", merging.undo_organisation_merge, name="organisation_unmerge"),
    path("schemes/<slug:code>/<int:version>/activate/", schemes.activate, name="scheme_activate"),
]
