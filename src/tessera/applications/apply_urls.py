"""Addresses of applying, inside the language prefix and "apply/"."""

from django.urls import path

from tessera.applications.views import after, apply, files

app_name = "apply"
urlpatterns = [
    path("", after.mine, name="mine"),
    path("file/<uuid:key>/", files.document, name="document"),
    path("upload/<uuid:key>/", files.piece, name="piece"),
    path("<slug:code>/", apply.start, name="start"),
    path("<slug:code>/save/", apply.autosave, name="save"),
    path("<slug:code>/upload/", files.begin, name="upload"),
    path("<slug:code>/step/<slug:key>/", apply.step, name="step"),
    path("<slug:code>/review/", apply.review, name="review"),
    path("<slug:code>/status/", after.status, name="status"),
    path("<slug:code>/withdraw/", after.withdraw, name="withdraw"),
    path("<slug:code>/again/", after.again, name="again"),
    path("<slug:code>/copy.pdf", after.copy_pdf, name="copy_pdf"),
    path("<slug:code>/copy.txt", after.copy_text, name="copy_text"),
]
