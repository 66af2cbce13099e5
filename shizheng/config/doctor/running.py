"""What has to go on day by day: jobs and who does them, backups, mail, the calendar of this year and the next."""

from collections.abc import Iterator

from shizheng.config.doctor.findings import Finding
from shizheng.config.environment import environment

STALE_BACKUP = 2 * 86400
"""Seconds: a daily backup that failed once is noticed."""


def jobs() -> Iterator[Finding]:
    """背景工作"""
    from procrastinate.contrib.django.models import ProcrastinateJob

    failed = ProcrastinateJob.objects.filter(status="failed").count()
    if failed:
        yield Finding(
            "warning", f"有 {failed} 個背景工作失敗", f"到 {environment().address}/jobs/ 看原因並重跑"
        )
    else:
        yield Finding("good", "沒有失敗的背景工作")


def worker() -> Iterator[Finding]:
    """背景工作的程序"""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM procrastinate_jobs j JOIN procrastinate_events e ON e.job_id = j.id AND e.type = 'deferred' "
            "WHERE j.status = 'todo' AND coalesce(j.scheduled_at, now()) < now() - interval '10 minutes' "
            "AND e.at < now() - interval '10 minutes'"
        )
        waiting = cursor.fetchone()[0]
    if waiting:
        yield Finding(
            "warning",
            f"有 {waiting} 個背景工作等了十分鐘以上",
            "背景工作的程序沒有在跑，或忙不過來：shizheng up，或加一個 manage.py procrastinate worker",
        )


def backups() -> Iterator[Finding]:
    """備份"""
    from shizheng.common import clock
    from shizheng.config.backup import latest
    from shizheng.kernel.organisations import queries as organisations

    age = latest.age(environment().data_dir, clock.now())
    if age is None:
        if not organisations.is_demonstration():
            yield Finding("warning", "還沒有做過備份", "shizheng backup 資料夾 --keep 14，並排進每天的排程")
    elif age > STALE_BACKUP:
        yield Finding("warning", f"上一次備份是 {age / 86400:.0f} 天前", "shizheng backup 資料夾 --keep 14")
    else:
        yield Finding("good", f"上一次備份是 {age / 3600:.0f} 小時前")


def mail() -> Iterator[Finding]:
    """寄信"""
    from urllib.parse import urlsplit

    from django.conf import settings

    from shizheng.kernel.notifications import queries
    from shizheng.kernel.organisations import queries as organisations

    if environment().email_mode == "test":
        yield Finding("good", "信件只放進資料夾的 outbox，寄不到任何人（SHIZHENG_EMAIL_MODE=test）")
        return
    if organisations.is_demonstration():
        yield Finding(
            "good",
            "這是示範資料庫，不寄信給任何人：信件只放進資料夾的 outbox，SHIZHENG_EMAIL_MODE=live 在這裡不算",
        )
        return
    parts = urlsplit(settings.MAIL_URL)
    trouble = queries.trouble_with_mail_server()
    if trouble:
        yield Finding(
            "warning",
            f"寄信的伺服器 {parts.hostname} 用不了：{trouble}",
            "檢查 SHIZHENG_EMAIL_URL 的主機與埠、防火牆、憑證；信件會留著，連上後再寄",
        )
    else:
        yield Finding("good", f"寄信的伺服器 {parts.hostname} 有回應，連線與登入都通")


def mailbox() -> Iterator[Finding]:
    """陳情信箱"""
    from shizheng.citizens import actions
    from shizheng.citizens.queries.mails import trouble_with_mailbox

    if not actions.reads_mails():
        return
    trouble = trouble_with_mailbox()
    if trouble:
        yield Finding("warning", trouble, "信留在信箱裡，連上後再讀；說明在 docs/operations.md")
    else:
        yield Finding("good", "陳情信箱連線與登入都通")


def calendar() -> Iterator[Finding]:
    """辦公日曆"""
    from shizheng.common import clock
    from shizheng.kernel.calendar.queries import years_available

    years = list(years_available())
    if clock.today().year in years:
        yield Finding("good", f"辦公日曆 {min(years)} 到 {max(years)} 年")
    else:
        yield Finding(
            "bad", "今年沒有辦公日曆，期限算不出來", f"到 {environment().address}/calendar/ 登錄今年的日曆"
        )
    if clock.today().month >= 7 and clock.today().year + 1 not in years:
        yield Finding(
            "warning",
            "明年的辦公日曆還沒有",
            f"人事行政總處公布後，到 {environment().address}/calendar/ 登錄",
        )
