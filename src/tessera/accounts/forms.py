"""Forms of sign-in and account. Help texts live here: wording migrates nothing."""

from __future__ import annotations

from typing import Any
from zoneinfo import available_timezones

from allauth.account.forms import ReauthenticateForm
from allauth.account.internal.flows.login import record_authentication
from allauth.core import context
from allauth.mfa.base.forms import AuthenticateForm
from allauth.mfa.base.forms import ReauthenticateForm as CodeReauthenticateForm
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.webauthn.forms import AddWebAuthnForm, EditWebAuthnForm
from django import forms
from django.conf import settings
from django.contrib.auth.password_validation import password_validators_help_texts, validate_password
from django.core.exceptions import ValidationError
from django.utils.functional import lazy
from django.utils.html import format_html, strip_tags
from django.utils.translation import get_language_info
from django.utils.translation import gettext_lazy as _

from tessera.accounts.models import Role, RoleGrant, User
from tessera.core.folding import clean
from tessera.web.choices import choice_field

_password_help = lazy(lambda: " ".join(password_validators_help_texts()), str)


def _address(**more: Any) -> forms.EmailField:
    return forms.EmailField(
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "username", "inputmode": "email"}),
        error_messages={
            "required": _("Write your e-mail address."),
            "invalid": _("This is not an e-mail address. It looks like name@example.org."),
        },
        **more,
    )


def own_names() -> list[tuple[str, str]]:
    """The languages of the interface, each by its own name, which is marked as being in it."""
    names = ((code, get_language_info(code)["name_local"].capitalize()) for code, _name in settings.LANGUAGES)
    return [(code, format_html('<span lang="{}">{}</span>', code, name)) for code, name in names]


class LanguageSelect(forms.Select):
    """Languages by their own names: an option holds no markup, so that it is the option which is marked."""

    def create_option(self, name: str, value: Any, label: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        option = super().create_option(name, value, strip_tags(label), *args, **kwargs)
        if value:
            option["attrs"]["lang"] = str(value)
        return option


class SignInForm(forms.Form):
    """An address, and a password where one is used. With a password its owner signs in, without one a link is sent."""

    email = _address(label=_("Your e-mail address"), help_text=_("The one your account was made with."))
    password = forms.CharField(
        label=_("Password"),
        required=False,
        strip=False,
        max_length=1000,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )


class MailedCodeForm(forms.Form):
    code = forms.CharField(
        label=_("The code in the message"),
        help_text=_("Six digits. It works in this browser only."),
        max_length=20,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric"}),
        error_messages={"required": _("Type the six digits of the message.")},
    )


class PasswordForm(forms.Form):
    """A new password, typed once: it can be shown, and the e-mailed link is always another way in."""

    password = forms.CharField(
        label=_("New password"),
        help_text=_password_help(),
        strip=False,
        max_length=1000,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user

    def clean_password(self) -> str:
        validate_password(self.cleaned_data["password"], self.user)
        return self.cleaned_data["password"]


class AddressForm(forms.Form):
    email = _address(label=_("New e-mail address"), help_text=_("Both addresses get a message to confirm it."))


class PreferencesForm(forms.Form):
    theme = forms.ChoiceField(
        label=_("Colours"),
        choices=[("", _("As my device")), ("light", _("Light")), ("dark", _("Dark"))],
        widget=forms.RadioSelect,
        required=False,
    )
    language = forms.ChoiceField(
        label=_("Language"),
        help_text=_("Of the site after sign-in, and of the messages to you."),
        widget=forms.RadioSelect,
    )
    time_zone = forms.ChoiceField(label=_("Time zone"), required=False)
    hide_map = forms.BooleanField(label=_("Do not draw the map unless I ask (saves data)"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choice_field(self, "language").choices = own_names()
        zones = sorted(zone for zone in available_timezones() if "/" in zone and not zone.startswith(("Etc/", "posix")))
        choice_field(self, "time_zone").choices = [
            ("", _("Universal time (UTC)")),
            *((zone, zone.replace("_", " ")) for zone in zones),
        ]


class _Plain:
    """Words of our own on a form of allauth; no words inside the field."""

    def word(self, name: str, label: Any, help_text: Any = "", **attrs: str) -> None:
        field = self.fields[name]  # type: ignore[attr-defined]
        field.label, field.help_text = label, help_text
        field.widget.attrs.pop("placeholder", None)
        field.widget.attrs.update(attrs)


_CODE = _("Code")
_CODE_HELP = _("Six digits from your authenticator app, or one of your recovery codes.")


def _just_shown(user: Any, kind: str) -> None:
    """Who has just used a new second factor need not show it again to read the recovery codes."""
    record_authentication(context.request, user, method="mfa", type=kind, reauthenticated=True)


class PasswordAgainForm(_Plain, ReauthenticateForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.word("password", _("Password"))


class CodeForm(_Plain, AuthenticateForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.word("code", _CODE, _CODE_HELP, inputmode="numeric")


class CodeAgainForm(_Plain, CodeReauthenticateForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.word("code", _CODE, _CODE_HELP, inputmode="numeric")


class AuthenticatorAppForm(_Plain, ActivateTOTPForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.word("code", _("The code your app shows now"), _("Six digits."), inputmode="numeric")

    def clean_code(self) -> str:
        code = super().clean_code()
        _just_shown(self.user, "totp")
        return code


class AddPasskeyForm(_Plain, AddWebAuthnForm):
    """Every passkey may sign in by itself where the device checks its owner (fingerprint, face, PIN)."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["passwordless"]
        self.word("name", _("Name of the passkey"), _("So that you know it again: “My phone”, “Blue key”."))
        self.fields["name"].max_length = 60
        self.fields["credential"].error_messages["required"] = _("The device did not answer. Try again.")

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if data.get("credential"):
            _just_shown(self.user, "webauthn")
        return data


class RenamePasskeyForm(_Plain, EditWebAuthnForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.word("name", _("Name of the passkey"))


class ReasonForm(forms.Form):
    """Why something is done; written into the log."""

    reason = forms.CharField(
        label=_("Reason"),
        help_text=_("One sentence for the log."),
        max_length=500,
        error_messages={"required": _("Say why: the log keeps it.")},
    )

    def clean_reason(self) -> str:
        return clean(self.cleaned_data["reason"], lines=False)


class GrantForm(ReasonForm):
    role = forms.ChoiceField(label=_("Role"), choices=Role.choices)
    scope_kind = forms.ChoiceField(
        label=_("Where"), choices=RoleGrant.Scope.choices, initial=RoleGrant.Scope.ALL, widget=forms.RadioSelect
    )
    scope_key = forms.CharField(
        label=_("Which one"),
        help_text=_(
            "The short name at the end of the address of the training or organisation; the two letters of the country."
        ),
        max_length=120,
        required=False,
    )
    field_order = ["role", "scope_kind", "scope_key", "reason"]

    def clean(self) -> dict[str, Any]:
        from tessera.accounts.services.roles import check_scope
        from tessera.core.errors import DomainError

        data = super().clean() or {}
        if "role" in data and "scope_kind" in data:
            try:
                data["scope_key"] = check_scope(data["role"], data["scope_kind"], data.get("scope_key", ""))
            except DomainError as refusal:
                raise ValidationError({"scope_key": str(refusal)}) from refusal
        return data


class InviteForm(ReasonForm):
    email = _address(label=_("E-mail address"))
    language = forms.ChoiceField(label=_("Language of the messages"), widget=LanguageSelect)
    role = forms.ChoiceField(
        label=_("Role everywhere"),
        choices=[("", _("none yet")), *Role.choices],
        required=False,
        help_text=_("Roles in one training or country are given on the page of the account."),
    )
    field_order = ["email", "language", "role", "reason"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choice_field(self, "language").choices = own_names()
        self.fields["email"].widget.attrs["autocomplete"] = "off"


class RequestForm(forms.Form):
    """What should be corrected."""

    text = forms.CharField(
        label=_("What is wrong, and what would be right?"),
        widget=forms.Textarea(attrs={"rows": 5}),
        max_length=4000,
        error_messages={"required": _("Say what should be corrected.")},
    )

    def clean_text(self) -> str:
        return clean(self.cleaned_data["text"])


class AnswerForm(forms.Form):
    """The administrator's answer; the person reads it."""

    answer = forms.CharField(
        label=_("Answer to the person"),
        help_text=_("It is sent by mail, in your words."),
        widget=forms.Textarea(attrs={"rows": 4}),
        max_length=4000,
        required=False,
    )

    def clean_answer(self) -> str:
        return clean(self.cleaned_data["answer"])
