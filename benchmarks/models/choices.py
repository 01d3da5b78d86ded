"""Who may see a thing, and how the database holds a field to its choices."""

from __future__ import annotations

from typing import TypeVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

Model = TypeVar("Model", bound=type[models.Model])


class Audience(models.TextChoices):
    PUBLIC = "public", _("public")
    INTERNAL = "internal", _("internal")
    RESTRICTED = "restricted", _("restricted to its author and named readers")


def held_to_choices(model: Model) -> Model:
    """Give a model one constraint for each of its own fields that has choices.

    Forms check choices too; imports and SQL do not. A class decorator, because a model's Meta cannot see
    the enumerations that stand in the model's body.
    """
    for field in model._meta.local_fields:
        if not field.choices:
            continue
        values = [value for value, _label in field.flatchoices]
        values += [""] if field.blank and not field.null else []
        name = f"{model._meta.label_lower.replace('.', '_')}_{field.name}_is_known"
        constraint = models.CheckConstraint(condition=Q(**{f"{field.name}__in": values}), name=name)
        model._meta.constraints = [*model._meta.constraints, constraint]
    # Migrations look at constraints only where the options were given some.
    model._meta.original_attrs["constraints"] = model._meta.constraints
    return model
