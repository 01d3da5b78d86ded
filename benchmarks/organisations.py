"""Organisations come in here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from benchmarks import history
from benchmarks.models import Change, Organisation

if TYPE_CHECKING:
    from accounts.models import User


@transaction.atomic
def add(organisation: Organisation, *, by: User, quiet: bool = False) -> Organisation:
    """Save a new organisation. Raises ValidationError where it is not sound."""
    organisation.full_clean()
    organisation.save(force_insert=True)
    history.record(Change.Kind.ORGANISATION_ADDED, organisation, by=by, quiet=quiet)
    return organisation
