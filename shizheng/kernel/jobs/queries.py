"""Reading the queue."""

from django.db.models import QuerySet
from procrastinate.contrib.django.models import ProcrastinateEvent, ProcrastinateJob

from shizheng.common.permissions import Actor


def visible_to(actor: Actor) -> QuerySet[ProcrastinateJob]:
    """Jobs that the actor may see: all with `jobs.view`, else none."""
    return ProcrastinateJob.objects.all() if actor.may("jobs.view") else ProcrastinateJob.objects.none()


def events_of(job_id: int) -> QuerySet[ProcrastinateEvent]:
    """What happened to a job, oldest first."""
    return ProcrastinateEvent.objects.filter(job_id=job_id).order_by("at", "id")
