"""Whether this process lives, and whether it can serve: for load balancers and supervisors; no secret, no detail."""

from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, JsonResponse

from shizheng.common.routes import public

_migrated = False


@public
def live(request: HttpRequest) -> JsonResponse:
    """200 as long as the process answers; asks nothing else."""
    return JsonResponse({"status": "live"})


@public
def ready(request: HttpRequest) -> JsonResponse:
    """200 when pages can be served: the database answers and its tables are up to date; else 503 with what lacks."""
    lacking = next(iter(_lacking()), None)
    if lacking:
        return JsonResponse({"status": "not ready", "lacking": lacking}, status=503)
    return JsonResponse({"status": "ready"})


def _lacking() -> list[str]:
    global _migrated
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        if not _migrated:  # looked at until it is so: tables do not go back while a process runs
            executor = MigrationExecutor(connection)
            if executor.migration_plan(executor.loader.graph.leaf_nodes()):
                return ["migrations"]
            _migrated = True
    except DatabaseError:
        connection.close()
        return ["database"]
    return []
