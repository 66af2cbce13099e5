"""Ways in which a petition comes: each says what it asks for, and all end in `actions.receive_petition`.

Channels of the public side (web form, mail, messages, Open311, import) register themselves here from `AppConfig.ready`.
"""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shizheng.common.errors import BadInput
from shizheng.domains.petitions.rules.classes import Source


@dataclass(frozen=True, slots=True)
class Channel:
    """One way in. `source`: to whose file it belongs where nothing else is said.

    `oral`: it must have been read back and signed (行政程序法 169); `letter`: it has a number and a sender; `counter`: officers use it on the form.
    """

    code: str
    name: str | Promise
    source: Source
    oral: bool = False
    letter: bool = False
    counter: bool = True


_channels: dict[str, Channel] = {}


def register(channel: Channel) -> None:
    """Add a channel; the same code again replaces it."""
    _channels[channel.code] = channel


def forget(code: str) -> None:
    """Take a channel away (for tests)."""
    _channels.pop(code, None)


def channels(*, counter: bool | None = None) -> tuple[Channel, ...]:
    """All channels, or those that officers use (or do not use) on the form."""
    return tuple(each for each in _channels.values() if counter is None or each.counter == counter)


def channel_of(code: str) -> Channel:
    """A channel by its code. Raises BadInput where nobody registered it."""
    if code not in _channels:
        message = _("沒有「%(code)s」這個管道，沒有收案。請從清單選一個。") % {"code": code}
        raise BadInput(message, fields={"channel": [message]})
    return _channels[code]


def name_of(code: str) -> str:
    """What a channel is called; its code where nobody registers it any more."""
    found = _channels.get(code)
    return str(found.name) if found else code


for _each in (
    Channel("walk_in", gettext_lazy("臨櫃"), Source.SERVICE_CENTRE),
    Channel("oral", gettext_lazy("言詞"), Source.SERVICE_CENTRE, oral=True),
    Channel("letter", gettext_lazy("書信"), Source.MAYOR_OFFICE, letter=True),
    Channel("phone", gettext_lazy("電話"), Source.LINE_1999),
    Channel("mailbox", gettext_lazy("信箱"), Source.MAYOR_MAILBOX),
    Channel("open311", "Open311", Source.LINE_1999, counter=False),
    Channel("import", gettext_lazy("歷史資料匯入"), Source.AGENCY, counter=False),
):
    register(_each)
