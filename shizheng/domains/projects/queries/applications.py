"""Applications to change, withdraw or restore control: the list, one, what is open about a tender, what waits for whom."""

from collections.abc import Collection

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy

from shizheng.common.errors import NotFound
from shizheng.common.permissions import Actor
from shizheng.common.words import tell
from shizheng.domains.projects.models import ApplicationState, ControlApplication
from shizheng.domains.projects.queries.projects import visible_to
from shizheng.kernel.files import access


def applications(actor: Actor) -> QuerySet[ControlApplication]:
    """Of tenders that the actor sees, the newest first."""
    rows = ControlApplication.objects.filter(project__in=visible_to(actor))
    return rows.select_related("project__agency", "project__unit", "sent_by", "opinion_by", "decided_by")


def application(actor: Actor, application_id: int) -> ControlApplication:
    """One application. Raises NotFound, also where the actor may not see its tender."""
    found = applications(actor).filter(pk=application_id).first()
    if found is None:
        raise NotFound(tell("找不到這份申請，或您不能看。請從申請清單進入。"))
    return found


def to_endorse(actor: Actor) -> QuerySet[ControlApplication]:
    """What waits for the opinion of the actor's agency, the oldest first."""
    units = actor.units_where("projects.endorse")
    if units is None or not units:
        return ControlApplication.objects.none()
    rows = applications(actor).filter(state=ApplicationState.SENT, opinion="").exclude(sent_by_id=actor.pk)
    return rows.filter(_in_charge(units)).order_by("sent_on", "pk")


def _in_charge(units: Collection[int]) -> Q:
    return Q(project__unit_id__in=units) | Q(project__unit=None, project__agency_id__in=units)


def to_decide(actor: Actor) -> QuerySet[ControlApplication]:
    """What waits for the actor's decision, the oldest first."""
    if not actor.may("projects.withdraw"):
        return ControlApplication.objects.none()
    rows = applications(actor).filter(state=ApplicationState.SENT).exclude(sent_by_id=actor.pk)
    return rows.exclude(opinion="").order_by("sent_on", "pk")


def came_back(actor: Actor) -> QuerySet[ControlApplication]:
    """What came back to the actor's units."""
    if not actor.may("projects.edit"):
        return ControlApplication.objects.none()
    rows = applications(actor).filter(state=ApplicationState.RETURNED)
    units = actor.units_where("projects.edit")
    if units is None:
        return rows.filter(sent_by_id=actor.pk)
    return rows.filter(_in_charge(units))


def may_read(actor: Actor, application_id: int) -> bool:
    """Whether the actor may open its papers."""
    return applications(actor).filter(pk=application_id).exists()


def register() -> None:
    """Called once when the app is ready: who may read an application may open its papers."""
    access.register(
        "projects.application",
        may_read,
        name=gettext_lazy("列管變更申請"),
        address=lambda pk: reverse("projects:application", args=[pk]),
    )
