"""The words of the command line's own machinery (help, what was typed wrong) in Chinese; option names stay English.

click asks the standard library's gettext, which follows the locale of the terminal. Ours speaks Chinese whatever that is,
like the rest of the command.
"""

import click
import click.core
import click.decorators
import click.exceptions
import click.formatting
import click.parser
import click.termui
import click.types

WORDS = {
    "Usage:": "用法：",
    "Options": "選項",
    "Commands": "指令",
    "Positional arguments": "引數",
    "Show this message and exit.": "顯示這份說明。",
    "Show the version and exit.": "顯示版本。",
    "%(prog)s, version %(version)s": "%(prog)s，版本 %(version)s",
    "Try '{command} {option}' for help.": "說明：{command} {option}",
    "Error: {message}": "錯誤：{message}",
    "Aborted!": "已中止。",
    "Missing command.": "沒有說要做什麼：請給一個指令。",
    "Missing argument": "少了引數",
    "Missing option": "少了選項",
    "Missing parameter": "少了參數",
    "Missing {param_type}": "少了{param_type}",
    "Missing parameter: {param_name}": "少了參數：{param_name}",
    "No such option {name!r}.": "沒有 {name} 這個選項。",
    "No such command {name!r}.": "沒有 {name} 這個指令。",
    "Did you mean {possibility}?": "是不是 {possibility}？",
    "(Did you mean one of: {possibilities}?)": "（是不是其中之一：{possibilities}？）",
    "Got unexpected extra argument ({args})": "多了一個引數（{args}）。名稱裡有空白時，前後請加引號。",
    "Got unexpected extra arguments ({args})": "多了幾個引數（{args}）。名稱裡有空白時，前後請加引號。",
    "Invalid value: {message}": "給的值不能用：{message}",
    "Invalid value for {param_hint}: {message}": "{param_hint} 給的值不能用：{message}",
    "Argument {name!r} takes {nargs} values.": "引數 {name} 要 {nargs} 個值。",
    "Option {name!r} does not take a value.": "選項 {name} 後面不接值。",
    "Option {name!r} requires an argument.": "選項 {name} 後面要接一個值。",
    "Option {name!r} requires {nargs} arguments.": "選項 {name} 後面要接 {nargs} 個值。",
    "Takes {nargs} values but 1 was given.": "要 {nargs} 個值，只給了 1 個。",
    "Takes {nargs} values but {len} were given.": "要 {nargs} 個值，給了 {len} 個。",
    "{len_type} values are required, but {len_value} was given.": "要 {len_type} 個值，給了 {len_value} 個。",
    "{len_type} values are required, but {len_value} were given.": "要 {len_type} 個值，給了 {len_value} 個。",
    "{value!r} is not {choice}.": "{value} 不是 {choice}。",
    "{value!r} is not one of {choices}.": "{value} 不在這些之中：{choices}。",
    "Choose from:\n\t{choices}": "請選一個：\n\t{choices}",
    "{value!r} does not match the format {format}.": "{value} 不合格式 {format}。",
    "{value!r} does not match the formats {formats}.": "{value} 不合這些格式：{formats}。",
    "{value!r} is not a valid {number_type}.": "{value} 不是數字（{number_type}）。",
    "{value} is not in the range {range}.": "{value} 超出範圍 {range}。",
    "{value!r} is not a valid boolean. Recognized values: {states}": "{value} 不是是非值；可以用：{states}",
    "{value!r} is not a valid UUID.": "{value} 不是 UUID。",
    "file": "檔案",
    "directory": "資料夾",
    "path": "路徑",
    "{name} {filename!r} does not exist.": "{name}「{filename}」不存在。",
    "{name} {filename!r} is a file.": "{name}「{filename}」是檔案。",
    "{name} {filename!r} is a directory.": "{name}「{filename}」是資料夾。",
    "{name} {filename!r} is not readable.": "{name}「{filename}」不能讀。",
    "{name} {filename!r} is not writable.": "{name}「{filename}」不能寫。",
    "{name} {filename!r} is not executable.": "{name}「{filename}」不能執行。",
    "Could not open file {filename!r}: {message}": "打不開檔案「{filename}」：{message}",
    "unknown error": "原因不明",
    "env var: {var}": "環境變數：{var}",
    "default: {default}": "預設：{default}",
    "required": "必填",
    "(dynamic)": "（依情況）",
    "deprecated": "即將停用",
    "DeprecationWarning: The command {name!r} is deprecated.{extra_message}": "指令 {name} 即將停用。{extra_message}",
    "DeprecationWarning: The {param_type} {name!r} is deprecated.{extra_message}": "{param_type} {name} 即將停用。{extra_message}",
    "Do you want to continue?": "要繼續嗎？",
    "Confirm the action without prompting.": "不再詢問，直接執行。",
    "Repeat for confirmation": "請再輸入一次",
    "Error: The two entered values do not match.": "錯誤：兩次輸入的不一樣。",
    "Error: invalid input": "錯誤：看不懂，請輸入 y 或 n。",
    "Press any key to continue...": "按任意鍵繼續 …",
}
MODULES = (
    click.core,
    click.decorators,
    click.exceptions,
    click.formatting,
    click.parser,
    click.termui,
    click.types,
)


def chinese(message: str) -> str:
    """The Chinese of one of click's messages; one that we do not know stays as it is."""
    return WORDS.get(message, message)


def _chinese_plural(one: str, many: str, number: int) -> str:
    return chinese(one if number == 1 else many)


def speak_chinese() -> None:
    """Let click say what it says in Chinese, in this process."""
    for module in MODULES:
        for name, ours in (("_", chinese), ("ngettext", _chinese_plural)):
            if hasattr(module, name):
                setattr(module, name, ours)


def name_the_rest(command: click.Command) -> click.Command:
    """The words of a command that were fixed when it was made, which may have been before we spoke Chinese."""
    command.options_metavar = "[選項]"
    for parameter in command.params:
        if isinstance(parameter.type, click.Path):
            parameter.type.name = chinese(parameter.type.name)
    if isinstance(command, click.Group):
        command.subcommand_metavar = "指令 [引數]…"
        for part in command.commands.values():
            name_the_rest(part)
    return command
