"""Compare the shipped calendar with other published copies; fails when a difference has no explanation."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from shizheng.kernel.calendar import reconcile


class Command(BaseCommand):
    help = "逐日核對隨附的行事曆與其他公開資料，說明每一處不同。"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "folder", nargs="?", type=Path, help="有 vancetang_YYYY.json、ruyut_YYYY.json 的資料夾"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        found: list[reconcile.Mismatch] = []
        if options["folder"]:
            if not list(options["folder"].glob("*_????.json")):
                raise CommandError(f"{options['folder']} 裡沒有 vancetang_YYYY.json 或 ruyut_YYYY.json。")
            found += reconcile.compare_with_folder(options["folder"])
        try:
            found += reconcile.compare_with_holidays()
        except ImportError:
            self.stdout.write("沒有安裝套件 holidays，略過與它的核對（pip install holidays）。")
        for one in found:
            self.stdout.write(
                f"{one.copy:10} {one.day} 週{'一二三四五六日'[one.day.weekday()]} 我們：{'上班' if one.ours else '放假'}　{one.why}"
            )
        unexplained = [one for one in found if one.why == reconcile.UNEXPLAINED]
        if unexplained:
            raise CommandError(f"{len(unexplained)} 天不同而沒有說明。")
        self.stdout.write(f"核對完畢：{len(found)} 天不同，都有說明。")
