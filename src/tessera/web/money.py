"""Sums of money: minor units in, words out, and back."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation

from babel.numbers import format_currency, get_currency_precision

from tessera.web.locales import locale_of

# The currencies that a form offers first; a stored one is shown whatever it is.
CURRENCIES = (
    "EUR", "USD", "GBP", "CHF", "CAD", "AUD", "BRL", "CNY", "INR", "JPY", "KES", "MAD", "MXN", "NGN", "QAR", "XAF",
    "XOF",
)  # fmt: skip


def currency_choices() -> list[tuple[str, str]]:
    """(code, "EUR, euro") of the currencies offered, in the reader's language."""
    names = locale_of().currencies
    return [(code, f"{code}, {names.get(code, code)}") for code in CURRENCIES]


def in_words(minor: int | None, currency: str) -> str:
    """A sum as people write it, without cents where there are none; "" for None."""
    if minor is None:
        return ""
    digits = get_currency_precision(currency)
    amount = Decimal(minor).scaleb(-digits)
    whole = amount == amount.to_integral_value()
    locale = locale_of()
    pattern = "¤#,##0" if whole and locale.language == "en" else "#,##0 ¤" if whole else None
    return format_currency(amount, currency, pattern, locale=locale, currency_digits=not whole)


def minor_units(amount: Decimal, currency: str) -> int:
    """Minor units of an amount; InvalidOperation where it is finer than the currency's smallest coin."""
    scaled = amount.scaleb(get_currency_precision(currency))
    if scaled != scaled.to_integral_value():
        raise InvalidOperation
    return int(scaled)


def major_units(minor: int | None, currency: str) -> Decimal | None:
    """The amount of minor units, for a field of a form."""
    return None if minor is None else Decimal(minor).scaleb(-get_currency_precision(currency or "EUR"))
