"""Addresses of applying, inside the language prefix and "apply/"."""

from django.urls import path

from tessera.applications.views import after, files, late, left, offers, review, starting, steps

app_name = "apply"
urlpatterns = [
    path("", after.mine, name="mine"),
    path("file/<uuid:key>/", files.document, name="document"),
    path("upload/<uuid:key>/", files.piece, name="piece"),
    path("<slug:code>/", starting.start, name="start"),
    path("<slug:code>/late/", late.enter, name="late"),
    path("<slug:code>/save/", steps.autosave, name="save"),
    path("<slug:code>/upload/", files.begin, name="upload"),
    path("<slug:code>/step/<slug:key>/", steps.step, name="step"),
    path("<slug:code>/review/", review.review, name="review"),
    path("<slug:code>/left/", left.left, name="left"),
    path("<slug:code>/status/", after.status, name="status"),
    path("<slug:code>/offer/", offers.answer, name="offer"),
    path("<slug:code>/withdraw/", after.withdraw, name="withdraw"),
    path("<slug:code>/again/", after.again, name="again"),
    path("<slug:code>/copy.pdf", after.copy_pdf, name="copy_pdf"),
    path("<slug:code>/copy.txt", after.copy_text, name="copy_text"),
]
