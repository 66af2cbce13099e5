"""Looking into a kept mail: read in a process of its own; attachments checked like every upload, what cameras wrote taken out."""

import json
from dataclasses import dataclass, field, replace
from typing import Any

from shizheng.citizens import mail_keys
from shizheng.citizens.models import IncomingMail, MailContent
from shizheng.common import apart
from shizheng.common.errors import CannotDo
from shizheng.common.permissions import Actor
from shizheng.common.words import tell
from shizheng.domains.petitions.actions.receiving import SUBJECT
from shizheng.kernel.files import actions as files
from shizheng.kernel.files.rules import DOCUMENTS, SHEETS

SECONDS = 20
MOST_FILES = 10
"""Photographs of one mail, and as many documents."""
_PICTURES = (b"\x89PNG", b"\xff\xd8\xff", b"RIFF")


@dataclass(frozen=True, slots=True)
class Read:
    """What a mail says; `refused`: the code of why it was not read to its end, and then nothing else is there."""

    refused: str = ""
    sender: str = ""
    sender_name: str = ""
    subject: str = ""
    text: str = ""
    automatic: str = ""
    left_out: int = 0
    references: tuple[str, ...] = ()
    names: tuple[tuple[str, int], ...] = ()
    files: tuple[tuple[str, bytes], ...] = ()


@dataclass(frozen=True, slots=True)
class Checked:
    """Attachments that passed, and why others did not (a code each)."""

    photographs: list[Any] = field(default_factory=list)
    documents: list[Any] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)


def raw_of(row: IncomingMail) -> bytes:
    """The mail as it came (helper: who calls has asked for the permission). Raises CannotDo (erased), CannotOpen."""
    kept = MailContent.objects.filter(mail=row).first()
    if kept is None:
        raise CannotDo(tell("這封信的內容保存期滿，已經清除。"), code="erased")
    return mail_keys.opened(row.pk, "raw", bytes(kept.raw))


def look(raw: bytes, *, with_files: bool = False) -> Read:
    """Read a mail in a process of its own; what breaks or never ends is `unreadable`."""
    try:
        said, data = apart.ask("shizheng.citizens.mail_child", "read", raw, seconds=SECONDS, files=with_files)
    except apart.Failed:
        return Read(refused="unreadable")
    if "refused" in said:
        return Read(refused=said["refused"])
    names = tuple((name, size) for name, size in said.pop("names"))
    found, at = [], 0
    for name, size in names if with_files else ():
        found.append((name, data[at : at + size]))
        at += size
    return Read(**{**said, "references": tuple(said["references"]), "names": names, "files": tuple(found)})


def check_files(found: Read) -> Checked:
    """Look at each attachment before anything is locked; nothing is kept yet."""
    done = Checked(left_out=["too_many"] * found.left_out)
    for name, data in found.files:
        picture = data.startswith(_PICTURES)
        if len(done.photographs if picture else done.documents) >= MOST_FILES:
            done.left_out.append("too_many")
            continue
        try:
            if picture:
                done.photographs.append(files.look_at_photograph(data, name))
            else:
                done.documents.append(files.look_at(data, name, DOCUMENTS | SHEETS))
        except CannotDo as failure:
            done.left_out.append(failure.code)
    return done


def keep_files(actor: Actor, case: Any, checked: Checked, stem: str, *, photographs: bool) -> None:
    """Keep what passed with a case, under names of ours: what people call their files may say who they are (helper)."""
    if photographs:
        for number, looked in enumerate(checked.photographs, start=1):
            files.keep_photograph(
                actor,
                files.named(looked, f"{stem}-{number}"),
                subject=(SUBJECT, case.pk),
                unit_id=case.unit_id,
            )
    for number, taken in enumerate(checked.documents, start=1):
        name = f"{stem}-d{number}.{taken.checked.kind.extensions[0]}"
        again = replace(taken, checked=replace(taken.checked, name=name))
        files.keep_taken(actor, again, subject=(SUBJECT, case.pk), unit_id=case.unit_id)


def seal_sender(row: IncomingMail, found: Read) -> None:
    """Keep who sent it beside the mail, so that a letter can go there without reading the mail once more (helper)."""
    data = json.dumps({"address": found.sender, "name": found.sender_name}).encode()
    MailContent.objects.filter(mail=row).update(sender=mail_keys.sealed(row.pk, "sender", data))


def sender_of(row: IncomingMail) -> tuple[str, str]:
    """Address and name of who sent it; both empty where nobody knows, or it is erased. Raises CannotOpen."""
    kept = MailContent.objects.filter(mail=row).first()
    if kept is None or not kept.sender:
        return "", ""
    found = json.loads(mail_keys.opened(row.pk, "sender", bytes(kept.sender)))
    return str(found["address"]), str(found["name"])
