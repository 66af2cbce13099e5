"""Metrics in the Prometheus text format: requests of all web processes, and the state of the installation when asked.

Processes count in memory-mapped files of `PROMETHEUS_MULTIPROC_DIR`, which `shizheng up` makes anew at each start;
without it (a development server) the one process counts by itself.
"""

import os
import shutil
from collections.abc import Iterator
from hmac import compare_digest

from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import REGISTRY, Collector

from shizheng.common import clock
from shizheng.common.routes import public
from shizheng.config.backup import latest
from shizheng.config.environment import environment

REQUESTS = Counter("shizheng_requests_total", "Answered requests", ["route", "method", "status"])
SECONDS = Histogram(
    "shizheng_request_seconds",
    "Time to the answer",
    ["route"],
    buckets=(0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
)


class State(Collector):
    """What is asked at the moment of asking: jobs, the database, the disk, the last backup."""

    def collect(self) -> Iterator[Metric]:
        jobs = GaugeMetricFamily("shizheng_jobs", "Jobs by state", labels=["state"])
        with connection.cursor() as cursor:
            cursor.execute("SELECT status::text, count(*) FROM procrastinate_jobs GROUP BY 1")
            for state, count in cursor.fetchall():
                jobs.add_metric([state], count)
            yield jobs
            cursor.execute(
                "SELECT coalesce(extract(epoch FROM now() - min(e.at)), 0) FROM procrastinate_jobs j "
                "JOIN procrastinate_events e ON e.job_id = j.id AND e.type = 'deferred' "
                "WHERE j.status = 'todo' AND coalesce(j.scheduled_at, now()) <= now()"
            )
            waiting = cursor.fetchone()[0]
            yield _gauge(
                "shizheng_jobs_oldest_waiting_seconds", "Age of the oldest job that could run", waiting
            )
            cursor.execute("SELECT pg_database_size(current_database())")
            yield _gauge("shizheng_database_bytes", "Size of the database", cursor.fetchone()[0])
        folder = environment().data_dir
        yield _gauge(
            "shizheng_data_dir_free_bytes", "Free space of the data folder", shutil.disk_usage(folder).free
        )
        age = latest.age(folder, clock.now())
        if age is not None:
            yield _gauge("shizheng_backup_age_seconds", "Time since the last backup", age)


@public  # guarded by a secret of its own: what scrapes it is a program, not a person
def metrics(request: HttpRequest) -> HttpResponse:
    """The metrics, for whoever holds `SHIZHENG_METRICS_TOKEN`; without that setting there are none."""
    expected = environment().metrics_token
    if not expected:
        return HttpResponse(
            _("沒有設定 SHIZHENG_METRICS_TOKEN，所以不提供監測數字。"), status=404, content_type="text/plain"
        )
    given = request.headers.get("Authorization", "").removeprefix("Bearer ").strip()
    if not compare_digest(given.encode(), expected.encode()):
        return HttpResponse(
            _("監測數字要帶 Authorization: Bearer 與設定的密語。"),
            status=401,
            content_type="text/plain",
            headers={"WWW-Authenticate": "Bearer"},
        )
    registry = CollectorRegistry()
    if os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
        MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    else:
        registry.register(_OfThisProcess())
    registry.register(State())
    return HttpResponse(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)


class _OfThisProcess(Collector):
    def collect(self) -> Iterator[Metric]:
        yield from REGISTRY.collect()


def _gauge(name: str, help_text: str, value: float) -> Metric:
    return GaugeMetricFamily(name, help_text, value=float(value))
