"""`shizheng setup`: what a real installation needs before anybody can sign in; a demonstration brings its own."""

import sys
from collections.abc import Callable
from functools import wraps
from typing import Any

import click

from shizheng.common import clock
from shizheng.common.errors import BadInput, CannotDo
from shizheng.common.permissions import SYSTEM
from shizheng.common.roc import DateNotUnderstood, parse_date


@click.group()
def setup() -> None:
    """設定正式使用的安裝：哪個城市、第一位系統管理者。示範資料庫用 `shizheng demo`。"""


def _with_database(command: Callable[..., None]) -> Callable[..., None]:
    """Run inside the database; a failure becomes a message and exit code 1."""

    @wraps(command)
    @click.pass_context
    def run(context: click.Context, **given: Any) -> None:
        try:
            with context.obj():
                from shizheng.kernel.history.actions import coming_from

                with coming_from("cli", command=context.command_path):
                    command(**given)
        except BadInput as failure:
            click.echo(
                "\n".join([failure.message, *(t for texts in failure.fields.values() for t in texts)]),
                err=True,
            )
            sys.exit(1)
        except (CannotDo, DateNotUnderstood) as failure:
            click.echo(str(failure), err=True)
            sys.exit(1)

    return run


@setup.command("city")
@click.argument("name")
@click.option("--english", default="", help="英文名稱，例如 Taichung City。")
@click.option("--since", default="", metavar="DATE", help="市政府從哪一天起存在；不給就是今天。")
@_with_database
def city(name: str, english: str, since: str) -> None:
    """設定城市 NAME（例如 臺中市），並設立市政府。只能做一次。"""
    from shizheng.kernel.organisations import actions

    made = actions.set_up_city(
        SYSTEM, city_name=name, city_name_en=english, on=parse_date(since) if since else clock.today()
    )
    click.echo(f"已設定 {name}，設立 {made.name}。接著：shizheng setup administrator 帳號 姓名")


@setup.command("taichung")
@_with_database
def taichung() -> None:
    """設定為臺中市，載入隨附的 30 個一級機關與 29 個區公所。"""
    from shizheng.kernel.organisations import actions

    report = actions.load_taichung()
    for row in report.refused:
        click.echo(f"第 {row.line} 列 {row.name}：{row.message}", err=True)
    if not report.saved:
        sys.exit(1)
    opened, same = report.count("opened"), report.count("unchanged")
    click.echo(f"設立 {opened} 個機關，{same} 個已經有了。接著：shizheng setup administrator 帳號 姓名")


@setup.command("administrator")
@click.argument("username")
@click.argument("display_name")
@_with_database
def administrator(username: str, display_name: str) -> None:
    """建立全市的系統管理者，印出只能用一次的臨時密碼。"""
    from shizheng.kernel.organisations import queries as organisations
    from shizheng.kernel.people import actions, queries

    if organisations.installation() is None:
        raise CannotDo(
            "還沒有設定城市，沒有建立帳號。請先執行 shizheng setup city 或 shizheng setup taichung。"
        )
    role = queries.role_by_code("administrator")
    if role is None:
        raise CannotDo("沒有「administrator」這個角色，沒有建立帳號。請先執行 shizheng up 載入隨附的角色。")
    user, password = actions.create_person_with_role(
        SYSTEM, role_id=role.pk, unit_id=organisations.city().pk, username=username, display_name=display_name,
        reason="安裝時建立",
    )  # fmt: skip
    click.echo(f"帳號 {user.username}　臨時密碼 {password}")
    click.echo("第一次登入要換密碼，再設定動態密碼。")


@setup.command("reset")
@click.argument("username")
@click.option("--reason", required=True, help="為什麼重設，會寫進歷程。")
@click.option("--second-factor", is_flag=True, help="動態密碼也重設（手機遺失）。")
@_with_database
def reset(username: str, reason: str, second_factor: bool) -> None:
    """給 USERNAME 新的臨時密碼，並結束他所有的登入；沒有別的管理者能幫忙時用。"""
    from shizheng.kernel.people import actions, queries

    user = queries.user_by_username(username)
    if user is None:
        raise CannotDo(f"沒有「{username}」這個帳號，沒有重設。")
    password = actions.reset_password(SYSTEM, user.pk, reason=reason)
    if second_factor:
        actions.reset_second_factor(SYSTEM, user.pk, reason=reason)
    click.echo(f"帳號 {user.username}　臨時密碼 {password}")
