"""Addresses of accounts, inside the language prefix and "account/"."""

from django.urls import path

from tessera.accounts.views import account, security, sign_in, users

app_name = "accounts"
urlpatterns = [
    path("", account.home, name="home"),
    path("welcome/", account.welcome, name="welcome"),
    path("sign-in/", sign_in.sign_in, name="sign_in"),
    path("sign-in/sent/", sign_in.link_sent, name="link_sent"),
    path("link/<str:token>/", sign_in.link, name="link"),
    path("sign-out/", sign_in.sign_out, name="sign_out"),
    path("rehearsal/", sign_in.rehearsal, name="rehearsal"),
    path("security/", security.security, name="security"),
    path("security/set-up/", security.second_factor, name="second_factor"),
    path("security/password/", security.password, name="password"),
    path("security/address/", security.address, name="address"),
    path("address/<str:token>/", security.confirm_address, name="confirm_address"),
    path("sessions/", security.sessions, name="sessions"),
    path("sessions/others/", security.end_other_sessions, name="end_other_sessions"),
    path("sessions/<int:pk>/end/", security.end_session, name="end_session"),
    path("privacy/", account.privacy, name="privacy"),
    path("privacy/copy/", account.export, name="export"),
    path("privacy/copy/<uuid:key>/", account.download_export, name="download_export"),
    path("privacy/correction/", account.correction, name="correction"),
    path("privacy/erasure/", account.erasure, name="erasure"),
    path("privacy/erasure/<int:pk>/cancel/", account.cancel_erasure, name="cancel_erasure"),
    path("users/", users.users, name="users"),
    path("users/invite/", users.invite, name="invite"),
    path("users/<int:pk>/", users.user, name="user"),
    path("users/<int:pk>/roles/", users.grant, name="grant"),
    path("users/<int:pk>/roles/<int:grant_pk>/", users.revoke, name="revoke"),
    path("users/<int:pk>/state/", users.change_state, name="change_state"),
    path("users/<int:pk>/second-factor/", users.reset_second_factor, name="reset_second_factor"),
    path("users/<int:pk>/invitation/", users.invite_again, name="invite_again"),
    path("requests/", users.requests, name="requests"),
    path("requests/<int:pk>/", users.privacy_request, name="privacy_request"),
]
