"""Permissions in templates: show what the reader may do."""

from __future__ import annotations

from typing import Any

from django import template
from django.template import Context

from tessera.accounts import permissions

register = template.Library()


@register.simple_tag(takes_context=True)
def has_perm(context: Context, perm: str, obj: Any = None) -> bool:
    """``{% has_perm "programmes.edit_training" training as may_edit %}``; nobody signed in holds nothing."""
    user = context.get("user")
    return user is not None and permissions.has_perm(user, perm, obj)
