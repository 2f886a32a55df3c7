"""Every workflow, for workers and for replay."""

from workflows.coach_conversation import CoachConversation
from workflows.connect_garmin import ConnectGarmin
from workflows.connect_strava import ConnectStrava, DisconnectStrava
from workflows.garmin_backfill import GarminBackfill
from workflows.garmin_sync import GarminSync
from workflows.import_files import ImportFiles
from workflows.plan_approval import PlanApproval
from workflows.push_workouts import PushWorkouts
from workflows.recompute_metrics import RecomputeMetrics
from workflows.rounds import GarminSweep, Housekeeping
from workflows.strava_upload import StravaUpload
from workflows.weekly_plan import WeeklyPlan
from workflows.weekly_refresh import WeeklyRefresh

ALL_WORKFLOWS: tuple[type, ...] = (
    CoachConversation,
    ConnectGarmin,
    ConnectStrava,
    DisconnectStrava,
    GarminBackfill,
    GarminSweep,
    GarminSync,
    Housekeeping,
    ImportFiles,
    PlanApproval,
    PushWorkouts,
    RecomputeMetrics,
    StravaUpload,
    WeeklyPlan,
    WeeklyRefresh,
)
