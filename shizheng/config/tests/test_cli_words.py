"""The command line speaks Chinese also where click itself speaks: help, and what was typed wrong."""

import string
from pathlib import Path

import click
import pytest
from babel.messages.extract import extract_from_dir
from click.testing import CliRunner

from shizheng.config.cli import COMMANDS, main
from shizheng.config.cli_words import WORDS

# what only the programmer of a command can meet, an editor and a console that we do not use
NOT_FOR_PEOPLE = {
    "Value must be an iterable.",
    "Name '{name}' defined twice",
    "Boolean option {decl!r} cannot use the same flag for true/false.",
    "Could not determine name for option with declarations {decls!r}",
    "Arguments take exactly one parameter declaration, got {length}: {decls}.",
    "Invalid start character for option ({option})",
    "Unknown color {colour!r}",
    "Unknown standard stream '{name}'",
    "Choice({choices})",
    "d",
}
MODULES_OF_OTHERS = {"_winconsole.py", "shell_completion.py"}


def said_by_click() -> set[str]:
    found = set()
    for file, _line, message, *_more in extract_from_dir(
        str(Path(click.__file__).parent), [("**.py", "python")]
    ):
        if file not in MODULES_OF_OTHERS:
            found |= {message} if isinstance(message, str) else set(message)
    return {
        text
        for text in found
        if text not in NOT_FOR_PEOPLE and not text.startswith(("No options", "{editor}"))
    }


def test_everything_that_click_says_to_people_has_its_chinese() -> None:
    assert said_by_click() - set(WORDS) == set()


@pytest.mark.parametrize("english", WORDS)
def test_the_chinese_names_nothing_that_the_english_does_not(english: str) -> None:
    def names(text: str) -> set[str | None]:
        return {name for _text, name, _format, _conversion in string.Formatter().parse(text)}

    assert names(WORDS[english]) <= names(english) | {None}


@pytest.mark.parametrize(
    "words", [(), *((name,) for name in COMMANDS), ("workday", "add"), ("setup", "city")]
)
def test_help_is_chinese_and_options_keep_their_names(words: tuple[str, ...]) -> None:
    shown = CliRunner().invoke(main, [*words, "--help"]).output
    assert shown.startswith("用法：") and "選項" in shown and "--help" in shown and "顯示這份說明。" in shown
    for english in ("Usage", "Options", "Commands", "OPTIONS", "COMMAND", "ARGS", "Show this"):
        assert english not in shown


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("import-plan",), "少了引數 'FILE'"),
        (("nope",), "沒有 nope 這個指令"),
        (("import-plan", "x", "--yea", "107"), "沒有 --yea 這個選項"),
        (("import-plan", "a", "b"), "多了一個引數（b）"),
        (("import-plan", "a", "--year"), "選項 --year 後面要接一個值"),
        (("import-plan", "a", "--year", "900"), "'--year' 給的值不能用：900 超出範圍"),
        (("import-plan", "a", "--year", "民國"), "民國 不是數字"),
        (("demo", "--from", "/none"), "資料夾「/none」不存在"),
    ],
)
def test_what_was_typed_wrong_is_said_in_chinese(words: tuple[str, ...], said: str) -> None:
    done = CliRunner().invoke(main, list(words))
    assert done.exit_code == 2 and said in done.output
    assert "Error" not in done.output and "Try '" not in done.output
