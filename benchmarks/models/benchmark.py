"""Benchmarks: the measurable things tracked, and where each stands on the three axes."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Self

from django.conf import settings
from django.contrib.postgres.expressions import ArraySubquery
from django.db import models
from django.db.models import (
    Case,
    Count,
    DateField,
    Exists,
    ExpressionWrapper,
    F,
    Min,
    OuterRef,
    Q,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Coalesce, JSONObject, NullIf
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.permissions import may_contribute, may_read
from benchmarks.dates import Precision, starts_its_period, written
from benchmarks.models.choices import held_to_choices
from benchmarks.models.criterion import CriterionVersion
from benchmarks.models.letter import Recommendation
from benchmarks.models.organisation import Organisation
from benchmarks.models.scales import DUE_BEFORE_END, Freshness, PositionShown, Rating
from benchmarks.models.search import mention
from benchmarks.models.status import StatusEvent
from benchmarks.models.theme import Theme
from benchmarks.models.words import phrases

if TYPE_CHECKING:
    from datetime import date, datetime

    from accounts.permissions import AnyUser

NEAREST = 100  # how many neighbours are weighed, of those that share most themes


class BenchmarkQuerySet(models.QuerySet["Benchmark"]):
    def visible_to(self, user: AnyUser) -> Self:
        """Drafts are seen by those who may work on them; the rest by everyone with a role."""
        if may_contribute(user):
            return self
        return self.exclude(lifecycle=Benchmark.Lifecycle.DRAFT) if may_read(user) else self.none()

    def as_of(self, day: date | None = None, known: datetime | None = None, *, named: str = "then") -> Self:
        """Annotate what stood on `day`, as it was known at the moment `known`.

        Gives `rating_then`, `rated_on_then`, `rated_on_precision_then`, `position_then` and
        `criterion_then` (a key), in one query for any number of benchmarks; `named` puts another word in
        the place of "then", so that one query can answer twice. None stands for "without end": then these
        equal the benchmark's own fields, which is what `history.fold` writes.
        """
        lines = StatusEvent.objects.standing(day, known).filter(benchmark=OuterRef("pk"))
        rated = lines.filter(rating__isnull=False).newest_first()
        criteria = CriterionVersion.objects.standing(day, known).filter(benchmark=OuterRef("pk"))
        stood = {
            "rating": Coalesce(Subquery(rated.values("rating")[:1]), Value(Rating.UNASSESSED.value)),
            "rated_on": Subquery(rated.values("effective_on")[:1]),
            "rated_on_precision": Coalesce(
                Subquery(rated.values("effective_on_precision")[:1]), Value(Precision.DAY.value)
            ),
            "position": Coalesce(
                Subquery(_position_shown(day, known)), Value(PositionShown.NOT_STATED.value)
            ),
            "criterion": Subquery(criteria.newest_first().values("pk")[:1]),
        }
        return self.annotate(**{f"{name}_{named}": answer for name, answer in stood.items()})

    def with_names(self) -> Self:
        """Annotate `theme_names` (name, slug) and `addressee_names` (name, label), each a list by name."""
        themes = Theme.objects.filter(benchmarks=OuterRef("pk")).order_by("name", "pk")
        addressees = Organisation.objects.filter(benchmarks=OuterRef("pk")).order_by("name", "pk")
        label = Coalesce(NullIf(F("short_name"), Value("")), F("name"))
        return self.annotate(
            theme_names=ArraySubquery(themes.values_list(JSONObject(name="name", slug="slug"))),
            addressee_names=ArraySubquery(addressees.values_list(JSONObject(name="name", label=label))),
        )

    def with_freshness(self, today: date) -> Self:
        """Annotate `freshness`; `fresh_until` is the last day on which the assessment is not stale."""
        return self.annotate(
            freshness=Case(
                When(fresh_until__isnull=True, then=Value(Freshness.NEVER_ASSESSED.value)),
                When(fresh_until__lt=today, then=Value(Freshness.STALE.value)),
                When(fresh_until__lt=today + DUE_BEFORE_END, then=Value(Freshness.DUE.value)),
                default=Value(Freshness.CURRENT.value),
            )
        )

    def stale(self, today: date) -> Self:
        """Assessed once, and not since within the review interval."""
        return self.filter(fresh_until__lt=today)

    def never_assessed(self) -> Self:
        return self.filter(fresh_until__isnull=True)

    def behind(self, today: date) -> Self:
        """Due, stale or never assessed: whatever is not current."""
        return self.filter(Q(fresh_until__isnull=True) | Q(fresh_until__lt=today + DUE_BEFORE_END))

    def with_asked(self) -> Self:
        """Annotate `asked` and `absence_noted` (letters by mode) and `asked_since` (first asked)."""
        asks = Recommendation.objects.filter(benchmarks=OuterRef("pk")).order_by().values("benchmarks")

        def letters(mode: Recommendation.Mode) -> Coalesce:
            counted = asks.filter(mode=mode).annotate(n=Count("letter", distinct=True)).values("n")
            return Coalesce(Subquery(counted), Value(0))

        return self.annotate(
            asked=letters(Recommendation.Mode.ASKS),
            absence_noted=letters(Recommendation.Mode.NOTES_ABSENCE),
            asked_since=Subquery(
                asks.filter(mode=Recommendation.Mode.ASKS)
                .annotate(first=Min("letter__dated"))
                .values("first")
            ),
        )

    def mentioning(self, words: str, user: AnyUser) -> Self:
        """Benchmarks that every one of these words has to do with, so far as this user may know."""
        found = self
        for phrase in phrases(words):
            found = found.filter(mention(phrase, user))
        return found

    def see_also(self, benchmark: Benchmark) -> Self:
        """Other active benchmarks of its themes, those that share most of them first.

        Of a theme with thousands of them only the newest few are looked at, whatever their state.
        """
        theirs = Benchmark.themes.through.objects.order_by()
        with_a_theme = theirs.filter(theme__in=theirs.filter(benchmark=benchmark.pk).values("theme"))
        # Not a join with GROUP BY: what else is annotated would then be worked out for all of them.
        in_common = with_a_theme.exclude(benchmark=benchmark.pk).values("benchmark")
        nearest = in_common.annotate(n=Count("pk")).order_by("-n", "-benchmark").values("benchmark")[:NEAREST]
        shared = in_common.filter(benchmark=OuterRef("pk")).values_list(Count("pk"))
        others = self.filter(lifecycle=Benchmark.Lifecycle.ACTIVE, pk__in=nearest)
        return others.annotate(shared=Subquery(shared)).order_by("-shared", "code", "pk")


def _position_shown(day: date | None, known: datetime | None) -> models.QuerySet[StatusEvent, str]:
    """One row: the position that the addressees share, or "differs"; none where nobody stated one."""
    stated = StatusEvent.objects.standing(day, known).filter(position__isnull=False)
    later = stated.filter(
        Q(effective_on__gt=OuterRef("effective_on"))
        | Q(effective_on=OuterRef("effective_on"), change_id__gt=OuterRef("change_id"))
        | Q(effective_on=OuterRef("effective_on"), change_id=OuterRef("change_id"), pk__gt=OuterRef("pk")),
        benchmark=OuterRef("benchmark"),
        addressee=OuterRef("addressee"),
    )
    return (
        stated.filter(~Exists(later), benchmark=OuterRef("pk"))
        .order_by()
        .values("benchmark")
        .annotate(kinds=Count("position", distinct=True), one=Min("position"))
        .annotate(shown=Case(When(kinds__gt=1, then=Value(PositionShown.DIFFERS.value)), default=F("one")))
        .values_list("shown", flat=True)
    )


@held_to_choices
class Benchmark(models.Model):
    """A measurable ask, restated by any number of recommendations over the years.

    `rating`, `rated_on`, `position` and `criterion` are the fold of its history: only `history.fold`
    writes them, in the transaction that adds the line, and `verify_history` compares.
    """

    class Measure(models.TextChoices):
        STRUCTURAL = "structural", _("structural")
        PROCESS = "process", _("process")
        OUTCOME = "outcome", _("outcome")

    class Lifecycle(models.TextChoices):
        DRAFT = "draft", _("draft")
        ACTIVE = "active", _("active")
        RETIRED = "retired", _("retired")

    FOLDED: ClassVar[tuple[str, ...]] = ("rating", "rated_on", "rated_on_precision", "position", "criterion")

    code = models.CharField(_("code"), max_length=20, unique=True)
    slug = models.SlugField(max_length=120, unique=True)
    title = models.CharField(_("title"), max_length=300)
    description = models.TextField(_("description"), blank=True)
    measure = models.CharField(_("measure"), max_length=10, choices=Measure)
    themes = models.ManyToManyField(Theme, verbose_name=_("themes"), related_name="benchmarks", blank=True)
    addressees = models.ManyToManyField(
        Organisation, verbose_name=_("addressees"), related_name="benchmarks", blank=True
    )
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("owner"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="benchmarks",
    )
    due_on = models.DateField(_("due on"), null=True, blank=True)
    review_interval_days = models.PositiveSmallIntegerField(_("review every (days)"), default=180)
    published = models.BooleanField(_("published"), default=False)
    lifecycle = models.CharField(_("lifecycle"), max_length=8, choices=Lifecycle, default=Lifecycle.DRAFT)
    retirement_reason = models.TextField(_("why it was retired"), blank=True, editable=False)
    rating = models.CharField(
        _("rating"), max_length=12, choices=Rating, default=Rating.UNASSESSED, editable=False
    )
    rated_on = models.DateField(_("rated on"), null=True, blank=True, editable=False)
    rated_on_precision = models.CharField(
        max_length=5, choices=Precision, default=Precision.DAY, editable=False
    )
    # Stored by the database itself, so that lists can be asked for what is stale without reading them whole.
    fresh_until = models.GeneratedField(
        expression=ExpressionWrapper(F("rated_on") + F("review_interval_days"), output_field=DateField()),
        output_field=DateField(null=True),
        db_persist=True,
    )
    position = models.CharField(
        _("position"), max_length=16, choices=PositionShown, default=PositionShown.NOT_STATED, editable=False
    )
    criterion = models.ForeignKey(
        "benchmarks.CriterionVersion",
        verbose_name=_("criterion"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        editable=False,
    )
    created_at = models.DateTimeField(_("added at"), auto_now_add=True)

    objects = BenchmarkQuerySet.as_manager()

    class Meta:
        verbose_name = _("benchmark")
        verbose_name_plural = _("benchmarks")
        ordering = ("code", "pk")
        indexes = (
            models.Index(
                fields=("lifecycle", "fresh_until", "code", "id"), name="benchmarks_benchmark_aging"
            ),
            # The desk counts along these, and reads no row of the table for it.
            models.Index(fields=("lifecycle", "rating", "fresh_until"), name="benchmarks_benchmark_standing"),
            models.Index(
                fields=("owner", "lifecycle", "fresh_until", "code", "id"), name="benchmarks_benchmark_owned"
            ),
            # All that lists filter and sort by: they read this and not the table, ten times as large.
            models.Index(
                fields=("lifecycle", "code", "id"),
                include=(
                    "rating",
                    "position",
                    "rated_on",
                    "fresh_until",
                    "due_on",
                    "owner",
                    "measure",
                ),
                name="benchmarks_benchmark_listed",
            ),
            models.Index(fields=("lifecycle", "title", "id"), name="benchmarks_benchmark_titled"),
        )
        constraints = (
            starts_its_period("rated_on", "benchmarks_benchmark_rated_on_precision"),
            models.CheckConstraint(
                condition=Q(rating="unassessed", rated_on__isnull=True)
                | (~Q(rating="unassessed") & Q(rated_on__isnull=False)),
                name="benchmarks_benchmark_rated_on_a_day",
            ),
            models.CheckConstraint(
                condition=Q(review_interval_days__gte=1), name="benchmarks_benchmark_interval_is_positive"
            ),
            models.CheckConstraint(
                condition=Q(lifecycle="draft") | Q(criterion__isnull=False),
                name="benchmarks_benchmark_active_has_a_criterion",
                violation_error_message=_("Only a draft may be without a criterion."),
            ),
            models.CheckConstraint(
                condition=Q(published=False) | ~Q(lifecycle="draft"),
                name="benchmarks_benchmark_draft_is_not_published",
                violation_error_message=_("A draft cannot be published."),
            ),
        )

    def __str__(self) -> str:
        return f"{self.code} {self.title}"

    def get_absolute_url(self) -> str:
        return reverse("benchmarks:benchmark", args=[self.slug])

    @property
    def rated_on_written(self) -> str:
        return written(self.rated_on, self.rated_on_precision)

    def freshness_on(self, day: date) -> Freshness:
        """How old the standing assessment is on this day."""
        return Freshness.of(self.rated_on, self.review_interval_days, day)
