"""The `shizheng` command: each part belongs to an app; this puts them together."""

import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from importlib import import_module
from importlib.util import find_spec
from typing import Any

import click

from shizheng.config.cli_words import name_the_rest, speak_chinese
from shizheng.config.folders import default_data_dir

speak_chinese()  # before any part of the command is defined: some words are taken then

# command → where it is
COMMANDS: dict[str, str] = {
    "up": "shizheng.config.up:up",
    "doctor": "shizheng.config.doctor:doctor",
    "import-plan": "shizheng.domains.planning.cli:import_plan",
    "workday": "shizheng.kernel.calendar.cli:workday",
    "demo": "shizheng.config.demo:demo",
    "setup": "shizheng.kernel.people.cli:setup",
    "backup": "shizheng.config.backup.cli:backup",
    "restore": "shizheng.config.backup.cli:restore",
    "petitions": "shizheng.domains.petitions.cli:petitions",
    "routing": "shizheng.kernel.routing.cli:routing",
}
# parts of a command that stand further out than the app it belongs to
ADDED: dict[str, dict[str, str]] = {"petitions": {"mail": "shizheng.citizens.cli:mail"}}


class Parts(click.Group):
    """Loads a part only when it is asked for, so that `shizheng workday` answers at once."""

    def list_commands(self, context: click.Context) -> list[str]:
        return [name for name, target in COMMANDS.items() if find_spec(target.split(":")[0])]

    def get_command(self, context: click.Context, name: str) -> click.Command | None:
        target = COMMANDS.get(name)
        if target is None:
            return None
        command = _loaded(target)
        for added, where in ADDED.get(name, {}).items():
            command.add_command(_loaded(where), added)
        return name_the_rest(command) if isinstance(command, click.Command) else None


def _loaded(target: str) -> Any:
    module, attribute = target.split(":")
    return getattr(import_module(module), attribute)


@contextmanager
def database() -> Iterator[None]:
    """The database, running and with its tables, for a part that needs it (parts find this in `context.obj`)."""
    from shizheng.config.runtime import bring_up_to_date, database_in_use, said_plainly, start_django

    with ExitStack() as stack:
        with said_plainly():
            stack.enter_context(database_in_use())
            start_django()
            bring_up_to_date(lambda text: click.echo(text, err=True))
        yield


@click.group(
    cls=Parts,
    context_settings={"help_option_names": ["-h", "--help"]},
    options_metavar="[選項]",
    subcommand_metavar="指令 [引數]…",
)
@click.version_option(package_name="shizheng")
@click.pass_context
def main(context: click.Context) -> None:
    """施政 Shizheng：城市承諾的作業系統。每個指令都有 --help。"""
    if not os.environ.get("SHIZHENG_DATA_DIR"):
        os.environ["SHIZHENG_DATA_DIR"] = str(default_data_dir())  # one answer for every part and process
    context.obj = database
