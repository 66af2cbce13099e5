"""Reading the queue."""

from django.db.models import Count, F, IntegerField, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from procrastinate.contrib.django.models import ProcrastinateEvent, ProcrastinateJob

from shizheng.common.permissions import Actor
from shizheng.kernel.jobs.models import Failure, Intervention
from shizheng.kernel.jobs.rules import ENDINGS, Attempt, attempts_of


def visible_to(actor: Actor) -> QuerySet[ProcrastinateJob]:
    """Jobs that the actor may see: all with `jobs.view`, else none."""
    return ProcrastinateJob.objects.all() if actor.may("jobs.view") else ProcrastinateJob.objects.none()


def without(jobs: QuerySet[ProcrastinateJob], names: list[str]) -> QuerySet[ProcrastinateJob]:
    """Jobs less those of the named tasks that go their way; what failed or was stopped always stays in sight."""
    return jobs.filter(~Q(task_name__in=names) | Q(status__in=("failed", "aborted")))


def with_runs(jobs: QuerySet[ProcrastinateJob]) -> QuerySet[ProcrastinateJob]:
    """Each job with how often it ran (`runs`), and `started_at` and `ended_at` of the last run (None: not yet).

    procrastinate's own `attempts` counts the end of a run and its repetition, a failed and repeated run thus twice.
    """
    events = ProcrastinateEvent.objects.filter(job_id=OuterRef("pk"))
    started = events.filter(type="started").order_by("-id").values("at")[:1]
    ended = events.filter(type__in=ENDINGS, at__gte=OuterRef("started_at")).order_by("-id").values("at")[:1]
    counted = events.filter(type="started").order_by().values("job_id").annotate(n=Count("pk")).values("n")
    runs = Coalesce(Subquery(counted, output_field=IntegerField()), 0)
    return jobs.annotate(started_at=Subquery(started), runs=runs).annotate(ended_at=Subquery(ended))


def events_of(job_id: int) -> QuerySet[ProcrastinateEvent]:
    """What happened to a job, oldest first."""
    return ProcrastinateEvent.objects.filter(job_id=job_id).order_by(F("at").asc(nulls_last=True), "id")


def attempts(job_id: int) -> list[Attempt]:
    """Each run of a job, oldest first."""
    events = ProcrastinateEvent.objects.filter(job_id=job_id).order_by("id").values_list("type", "at")
    return attempts_of((kind, at) for kind, at in events if at is not None)


def failures_of(job_id: int) -> dict[int, str]:
    """Why each attempt that failed did so, by its number."""
    return dict(Failure.objects.filter(job_id=job_id).values_list("attempt", "message"))


def interventions_in(job_id: int) -> QuerySet[Intervention]:
    """Who retried or cancelled a job, when and why, oldest first."""
    return Intervention.objects.filter(job_id=job_id).order_by("id")
