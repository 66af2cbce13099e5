"""What jobs do: small pictures, and clearing away what nobody sent."""

from datetime import timedelta

from django.db import connection
from django.utils.translation import gettext as _

from shizheng.common import clock
from shizheng.common.permissions import Actor
from shizheng.common.words import for_the_record
from shizheng.kernel.files import apart, queries
from shizheng.kernel.files.actions.keeping import STORE_LOCK
from shizheng.kernel.files.models import HeldFile, Preview
from shizheng.kernel.files.rules import KINDS
from shizheng.kernel.files.store import FILES
from shizheng.kernel.history.actions import recorded

KEPT_FOR = timedelta(days=1)
AT_A_TIME = 200


def make_previews(actor: Actor, sha256: str, kind: str) -> int:
    """Make the previews of some bytes, once; returns how many there are. A file that cannot be drawn has none and says so."""
    already = Preview.objects.filter(source=sha256)
    if already.exists():
        return already.exclude(page=0).count()
    failure = ""
    try:
        pictures = apart.previews(FILES.read(sha256), KINDS[kind].family)
    except apart.Failed:
        pictures, failure = [], "too_complex"
    if not pictures and not failure:
        failure = "no_pages"
    with recorded(by=actor, action="files.make_previews"), for_the_record():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock_shared(hashtext(%s))", [STORE_LOCK])
            cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s), hashtext(%s))", ["files.previews", sha256])  # fmt: skip
        if already.exists():  # another worker was faster
            return already.exclude(page=0).count()
        for page, each in enumerate(pictures, 1):
            Preview.objects.create(
                source=sha256, page=page, sha256=FILES.keep(each.data), width=each.width, height=each.height
            )
        if failure:
            Preview.objects.create(source=sha256, page=0, failure=failure)
    return len(pictures)


def failure_text(code: str) -> str:
    """Why there is no preview, in words."""
    if code == "too_complex":
        return _("這個檔案畫起來太費時間或記憶體，沒有預覽。請下載後打開。")
    return _("這個檔案畫不出預覽。請下載後打開。")


def clear_away(actor: Actor) -> tuple[int, int]:
    """Delete held uploads older than a day, then bytes that no row names and nobody wanted for a day.

    Returns how many of each. Whoever keeps a file at the same moment waits, so no bytes go that a row will name.
    """
    limit = clock.now() - KEPT_FOR
    with recorded(by=actor, action="files.clear_away"):
        given_up = 0
        for each in HeldFile.objects.filter(held_at__lt=limit):
            each.delete()
            given_up += 1
    old = list(FILES.older_than(limit.timestamp()))
    gone = 0
    for start in range(0, len(old), AT_A_TIME):
        some = old[start : start + AT_A_TIME]
        with recorded(by=actor, action="files.clear_away"):
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [STORE_LOCK])
            needed = queries.named(sha256 for sha256, _place in some if sha256)
            for sha256, place in some:
                if sha256 not in needed and place.exists() and place.stat().st_mtime < limit.timestamp():
                    place.unlink(missing_ok=True)
                    gone += 1
    return given_up, gone
