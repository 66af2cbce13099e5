"""`shizheng demo`, and the demonstration city that an empty installation starts with."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import click

Say = Callable[[str], None]

# Statements that give the statements which drop all that the owner has made.
OWN_OBJECTS = (
    "SELECT format('DROP TABLE IF EXISTS %I CASCADE', tablename) FROM pg_tables "
    "WHERE schemaname = 'public' AND tableowner = current_user",
    "SELECT format('DROP ROUTINE IF EXISTS %s CASCADE', p.oid::regprocedure) FROM pg_proc p "
    "WHERE p.pronamespace = 'public'::regnamespace AND p.proowner = current_user::regrole",
    "SELECT format('DROP TYPE IF EXISTS %I CASCADE', t.typname) FROM pg_type t LEFT JOIN pg_class c ON c.oid = t.typrelid "
    "WHERE t.typnamespace = 'public'::regnamespace AND t.typowner = current_user::regrole "
    "AND (t.typtype IN ('e', 'd') OR (t.typtype = 'c' AND c.relkind = 'c'))",
)

SEEDS_AGENCY = "臺中市政府研究發展考核委員會"


@dataclass(frozen=True, slots=True)
class SignIn:
    """One demonstration account, as it is printed at the start."""

    username: str
    password: str
    role: str
    unit: str
    totp_secret: str | None

    def totp_now(self) -> str:
        """What the authenticator shows now; empty where none is asked for."""
        from shizheng.config.demonstration.people import totp_now

        return totp_now(self.totp_secret) if self.totp_secret else ""


def sign_ins() -> list[SignIn]:
    """The demonstration accounts with what is needed to sign in; empty when this is no demonstration."""
    from shizheng.config.demonstration.people import ACCOUNTS, password_of, totp_secret_of
    from shizheng.kernel.organisations import queries as organisations
    from shizheng.kernel.people import queries as people

    if not organisations.is_demonstration():
        return []
    found = []
    roles = {role.code: role for role in people.roles()}
    for account in ACCOUNTS:
        unit = organisations.unit_by_code(account.unit)
        role = roles.get(account.role)
        if unit is None or role is None or people.user_by_username(account.username) is None:
            continue
        secret = totp_secret_of(account.username) if role.requires_second_factor else None
        found.append(SignIn(account.username, password_of(account.username), role.name, unit.name, secret))
    return found


def load_if_empty(say: Say) -> bool:
    """Build the demonstration city in an empty database; whether it did. A database in use is left alone."""
    from django.db import transaction

    from shizheng.config.demonstration.city import Builder
    from shizheng.kernel.history.actions import allow_setting_the_clock, coming_from
    from shizheng.kernel.organisations import queries as organisations

    if organisations.installation() is not None:
        return False
    say("建立示範城市（虛構）…")
    allow_setting_the_clock()
    with transaction.atomic(), coming_from("cli", command="demo"):
        Builder().build()
    return True


def load_seeds(folder: Path, say: Say) -> int:
    """Import, accept and publish every plan in a folder, and record the results that compute exactly. How many plans."""
    from shizheng.common.errors import CannotDo
    from shizheng.common.permissions import SYSTEM
    from shizheng.domains.planning import actions
    from shizheng.kernel.history.actions import coming_from

    files = sorted(path for path in folder.glob("*.txt") if path.is_file())
    if not files:
        raise click.ClickException(f"「{folder}」裡沒有 .txt 檔。請給放計畫文字檔的資料夾。")
    count = 0
    for path in files:
        data = path.read_bytes()
        try:
            parsed = actions.read_document(data, path.name)
            with coming_from("cli", command="demo", file=path.name):
                done = actions.import_plan(
                    SYSTEM,
                    data,
                    path.name,
                    agency_name="" if parsed.agency else SEEDS_AGENCY,
                    create_agency=True,
                    parsed=parsed,
                )
                plan = done.plan
                if not done.created:
                    say(f"{path.name}：先前已經匯入（{plan}）")
                    continue
                plan = actions.accept_plan(SYSTEM, plan.pk, version=plan.version, reason="示範")
                plan = actions.publish_plan(SYSTEM, plan.pk, version=plan.version, reason="示範")
                recordings = actions.record_exact_results(SYSTEM, plan.pk)
        except CannotDo as failure:
            raise click.ClickException(f"{path.name}：{failure.message}") from failure
        count += 1
        exact = sum(each.recorded for each in recordings)
        say(
            f"{path.name}：{plan}，{plan.agency}；成果 {len(recordings)} 列，{exact} 列的數字恰好算得出來，已登錄。"
        )
        for each in recordings:
            say(f"  {'✓' if each.recorded else '—'} {each.row.kpi_name}：{each.why}")
    return count


@click.command()
@click.option(
    "--from",
    "folder",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    metavar="FOLDER",
    help="另外載入這個資料夾裡的計畫。",
)
@click.option("--reset", is_flag=True, help="清空示範資料庫，重新建立示範城市。")
@click.option("--yes", is_flag=True, help="清空時不再詢問。")
@click.pass_context
def demo(context: click.Context, folder: Path | None, reset: bool, yes: bool) -> None:
    """載入示範城市（只在空的資料庫），或再載入一個資料夾裡的計畫。"""
    with context.obj():
        if reset:
            _reset(yes)
        made = load_if_empty(_say)
        if not made and not folder and not reset:
            _say("資料庫已經有資料，示範城市沒有再載入。要重來，請加 --reset（只限示範資料庫）。")
        if folder:
            _refuse_real_data()
            count = load_seeds(folder, _say)
            _say(f"載入 {count} 份計畫。")
        for account in sign_ins():
            code = f"　驗證碼金鑰 {account.totp_secret}" if account.totp_secret else ""
            _say(f"{account.username:<10} {account.password:<20} {account.role}　{account.unit}{code}")


def _say(text: str) -> None:
    click.echo(f"  {text}")


def _refuse_real_data() -> None:
    from shizheng.kernel.organisations import queries as organisations

    if not organisations.is_demonstration():
        raise click.ClickException(
            "這不是示範資料庫，沒有載入：示範會直接採認並公布計畫。正式的計畫請用 shizheng import-plan。"
        )


def _reset(yes: bool) -> None:
    """Drop everything in a demonstration database and make the tables anew; a real one is refused."""
    from django.db import connections, transaction

    from shizheng.config.environment import environment
    from shizheng.config.runtime import bring_up_to_date
    from shizheng.kernel.organisations import queries as organisations

    if organisations.installation() is not None and not organisations.is_demonstration():
        raise click.ClickException("這不是示範資料庫，沒有清空。示範請用另一個資料夾（SHIZHENG_DATA_DIR）。")
    if not yes:
        click.confirm("要清空這個示範資料庫，重新建立嗎？裡面的資料都會消失", abort=True)
    # Without the stamp the next start makes the tables, even when this one is interrupted half-way.
    (environment().data_dir / "schema.stamp").unlink(missing_ok=True)
    connections["default"].close()
    with transaction.atomic(using="owner"), connections["owner"].cursor() as cursor:
        for statement in OWN_OBJECTS:
            cursor.execute(statement)
            for (drop,) in cursor.fetchall():
                cursor.execute(drop)
    connections["owner"].close()
    bring_up_to_date(_say)
