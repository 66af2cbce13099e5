"""Addresses: each app brings its own; the composition is here."""

from django.urls import URLPattern, URLResolver, include, path

from shizheng.config.api import api
from shizheng.config.observing import health, metrics

handler400 = "shizheng.config.errors.bad_request"
handler403 = "shizheng.config.errors.permission_denied"
handler404 = "shizheng.config.errors.page_not_found"
handler500 = "shizheng.config.errors.server_error"

APPS = (
    ("history/", "shizheng.kernel.history.urls"),
    ("jobs/", "shizheng.kernel.jobs.urls"),
    ("calendar/", "shizheng.kernel.calendar.urls"),
    ("organisations/", "shizheng.kernel.organisations.urls"),
    ("people/", "shizheng.kernel.people.urls"),
    ("files/", "shizheng.kernel.files.urls"),
    ("rulebook/", "shizheng.kernel.rulebook.urls"),
    ("notifications/", "shizheng.kernel.notifications.urls"),
    ("measures/", "shizheng.kernel.measures.urls"),
    ("routing/", "shizheng.kernel.routing.urls"),
    ("publications/", "shizheng.kernel.publication.urls"),
    ("public/publications/", "shizheng.kernel.publication.public_urls"),
    ("filing/", "shizheng.kernel.filing.urls"),
    ("intake/", "shizheng.kernel.intake.urls"),
    ("meetings/", "shizheng.kernel.meetings.urls"),
    ("planning/", "shizheng.domains.planning.urls"),
    ("projects/", "shizheng.domains.projects.urls"),
    ("commitments/", "shizheng.domains.commitments.urls"),
    ("procurement/", "shizheng.domains.procurement.urls"),
    ("petitions/", "shizheng.domains.petitions.urls"),
    ("open311/", "shizheng.domains.petitions.open311.urls"),
    ("journeys/", "shizheng.journeys.urls"),
    ("petition/", "shizheng.citizens.petition_urls"),
    ("faq/", "shizheng.citizens.faq_urls"),
    ("citizens/", "shizheng.citizens.urls"),
    ("", "shizheng.portal.urls"),
)

urlpatterns: list[URLPattern | URLResolver] = [
    path("api/v1/", api.urls),
    path("account/", include("shizheng.kernel.people.account_urls")),
    path("health/live", health.live),
    path("health/ready", health.ready),
    path("metrics", metrics.metrics),
    path("language/", include("django.conf.urls.i18n")),
    *(path(prefix, include(module)) for prefix, module in APPS),
]
