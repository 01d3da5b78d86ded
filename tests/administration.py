"""What tests of the administration share: its addresses, and filling in its forms as a browser does."""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.db import models
from django.test import Client
from django.urls import reverse

from accounts.models import User
from benchmarks.models import (
    AppendOnly,
    Change,
    Evidence,
    LetterParty,
    LetterReference,
    PersonMention,
    ProgressUpdate,
    ProtectedText,
)

DOMAIN = list(apps.get_app_config("benchmarks").get_models())
LINES = [model for model in DOMAIN if issubclass(model, (AppendOnly, Change, ProtectedText))]
# Logged, reviewed or given elsewhere: nothing here is added from the administration.
ONLY_LOOKED_AT = [*LINES, ProgressUpdate, Evidence, LetterParty]
ADDED = [model for model in DOMAIN if model not in ONLY_LOOKED_AT]
AMENDED = [model for model in ADDED if model not in {LetterReference, PersonMention}]


def address(model: type[models.Model], page: str, *args: Any) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}", args=args)


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def first(model: type[models.Model]) -> models.Model:
    row = model._default_manager.order_by("pk").first()
    assert row is not None, f"there is no {model.__name__}"
    return row


def filled(page: Any, **given: Any) -> dict[str, Any]:
    """What a browser would send from this page, with some fields filled in differently."""
    sent: dict[str, Any] = {}
    forms = [page.context["adminform"].form]
    for formset in page.context["inline_admin_formsets"]:
        forms += [formset.formset.management_form, *formset.formset.forms]
    for form in forms:
        for bound in form:
            value = bound.value()
            if value is not None and value is not False and value != []:
                sent[bound.html_name] = (
                    [getattr(v, "pk", v) for v in value] if isinstance(value, list) else value
                )
    return sent | given


def refused(client: Client, model: type[models.Model], **given: Any) -> str:
    """Try to add something unsound; return the page that says why not, with what was typed."""
    here = address(model, "add")
    before = Change.objects.count()
    answer = client.post(here, filled(client.get(here), **given))
    assert answer.status_code == 200
    assert Change.objects.count() == before
    return answer.content.decode()
