"""The domain's models, one file a topic."""

from benchmarks.models.benchmark import Benchmark
from benchmarks.models.choices import Audience
from benchmarks.models.criterion import CriterionVersion
from benchmarks.models.discussion import Comment, Mention
from benchmarks.models.draft import WorkingCopy
from benchmarks.models.event import AgendaItem, Event, EventChange, EventSeries
from benchmarks.models.evidence import Evidence
from benchmarks.models.ground import AppendOnly, AppendOnlyError, ProtectedText
from benchmarks.models.history import Change
from benchmarks.models.letter import Letter, LetterParty, LetterReference, Recommendation
from benchmarks.models.organisation import Organisation
from benchmarks.models.person import PersonMention, PersonOfConcern, PersonSituation
from benchmarks.models.scales import Freshness, Position, PositionShown, Rating
from benchmarks.models.status import StatusEvent
from benchmarks.models.succession import Succession
from benchmarks.models.theme import Theme
from benchmarks.models.update import ProgressUpdate, StaleReview

__all__ = [
    "AgendaItem",
    "AppendOnly",
    "AppendOnlyError",
    "Audience",
    "Benchmark",
    "Change",
    "Comment",
    "CriterionVersion",
    "Event",
    "EventChange",
    "EventSeries",
    "Evidence",
    "Freshness",
    "Letter",
    "LetterParty",
    "LetterReference",
    "Mention",
    "Organisation",
    "PersonMention",
    "PersonOfConcern",
    "PersonSituation",
    "Position",
    "PositionShown",
    "ProgressUpdate",
    "ProtectedText",
    "Rating",
    "Recommendation",
    "StaleReview",
    "StatusEvent",
    "Succession",
    "Theme",
    "WorkingCopy",
]
