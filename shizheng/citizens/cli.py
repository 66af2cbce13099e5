"""`shizheng petitions mail`: read the mailbox of petitions now, or take in one mail that lies in a file."""

import json
import sys
from pathlib import Path

import click

from shizheng.common.errors import CannotDo


@click.command("mail")
@click.option(
    "--file", "path", type=click.Path(path_type=Path), help="不讀信箱，收這個檔案（.eml）的一封信。"
)
@click.option("--json", "as_json", is_flag=True, help="以 JSON 輸出。")
@click.pass_context
def mail(context: click.Context, path: Path | None, as_json: bool) -> None:
    """讀陳情信箱（SHIZHENG_MAILBOX_URL），收信、寄確認信。中途停掉，再執行一次就接著做，不會重複。"""
    try:
        with context.obj():
            done = _done(path)
    except (CannotDo, OSError) as failure:
        click.echo(getattr(failure, "message", "") or f"讀不到 {path}：{failure}", err=True)
        sys.exit(1)
    if as_json:
        click.echo(json.dumps(done, ensure_ascii=False))
    else:
        for name, number in done.items():
            click.echo(f"{name}\t{number}")
    if done.get("trouble"):
        sys.exit(1)


def _done(path: Path | None) -> dict[str, int]:
    from shizheng.citizens import actions
    from shizheng.kernel.history.actions import coming_from

    with coming_from("cli", name="petitions mail"):
        if path is None:
            if not actions.reads_mails():
                raise CannotDo(
                    "沒有設定陳情信箱（SHIZHENG_MAILBOX_URL），或這是示範資料庫，所以沒有讀信。",
                    code="no_mailbox",
                )
            done = actions.read_mailbox()
        else:
            done = {"kept": int(actions.keep_mail(path.read_bytes()) is not None)}
        return {**done, **actions.settle_mails()}
