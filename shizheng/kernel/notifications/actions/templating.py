"""The words of templates: what ships, and what people make of it. A version is never changed."""

from shizheng.common.errors import BadInput, CannotDo, Conflict
from shizheng.common.permissions import SYSTEM, Actor, require
from shizheng.common.reasons import need_reason
from shizheng.common.words import listed, tell
from shizheng.kernel.history.actions import recorded
from shizheng.kernel.notifications import queries, templates
from shizheng.kernel.notifications.models import Template, TemplateVersion
from shizheng.kernel.notifications.rules import ALWAYS, one_line, wrong_places

EDIT = "notifications.edit_templates"
REASON = "隨附的範本"
LONGEST_SUBJECT, LONGEST_BODY = 200, 5000


def load_shipped_templates() -> int:
    """Load templates that apps registered and whose words are new; returns how many versions were made.

    Words that people wrote stay in use: a later release changes only what nobody here has changed.
    """
    made = 0
    there = {row.code: row for row in Template.objects.all()}
    newest = {
        each.template_id: each
        for each in TemplateVersion.objects.filter(template__in=there.values()).order_by("number")
    }
    for each in templates.all_shipped():
        row = there.get(each.code)
        if row is None or _differs(row, newest.get(row.pk), each):
            with recorded(by=SYSTEM, action="notifications.load_shipped", reason=REASON):
                made += _load(each)
    return made


def _differs(row: Template, newest: TemplateVersion | None, shipped: templates.Shipped) -> bool:
    facts = (row.name, tuple(row.variables), row.example, row.urgent)
    if facts != (shipped.name, shipped.variables, dict(shipped.example), shipped.urgent):
        return True
    words = (shipped.subject, shipped.body, *shipped.in_english())
    return newest is None or (newest.shipped and _words(newest) != words)


def _words(row: TemplateVersion) -> tuple[str, str, str, str]:
    return row.subject, row.body, row.subject_en, row.body_en


def _load(each: templates.Shipped) -> int:
    row, _made = Template.objects.select_for_update().get_or_create(
        code=each.code, defaults={"name": each.name, "urgent": each.urgent}
    )
    newest = TemplateVersion.objects.filter(template=row).order_by("-number").first()
    words = (each.subject, each.body, *each.in_english())
    new = newest is None or (newest.shipped and _words(newest) != words)
    if new:
        row.version += 1
    row.name, row.variables = each.name, list(each.variables)
    row.example, row.urgent = dict(each.example), each.urgent
    row.save()
    if new:
        _write(row, *words, shipped=True, reason=REASON)
    return int(new)


def _write(
    row: Template, subject: str, body: str, subject_en: str, body_en: str, *,
    reason: str, shipped: bool = False, written_by_id: int | None = None,
) -> TemplateVersion:  # fmt: skip
    return TemplateVersion.objects.create(
        template=row, number=row.version, subject=subject, body=body, subject_en=subject_en, body_en=body_en,
        shipped=shipped, written_by_id=written_by_id, reason=reason,
    )  # fmt: skip


def checked_words(
    template: Template, *, subject: str, body: str, subject_en: str = "", body_en: str = ""
) -> dict[str, str]:
    """The words as they would be kept, for the preview and the change alike. Raises BadInput by field."""
    given = {
        "subject": one_line(subject), "body": _lines(body),
        "subject_en": one_line(subject_en), "body_en": _lines(body_en),
    }  # fmt: skip
    fields: dict[str, list[str]] = {}
    for name, text in given.items():
        most = LONGEST_SUBJECT if name.startswith("subject") else LONGEST_BODY
        wrong = wrong_places(text, template.variables)
        if wrong:
            fields[name] = [
                tell(
                    "看不懂 %(wrong)s。大括號只能放這個範本可用的變數：%(known)s。",
                    wrong=listed(wrong[:5]),
                    known=listed(f"{{{each}}}" for each in [*template.variables, *ALWAYS]),
                )
            ]
        elif len(text) > most or "\x00" in text:
            fields[name] = [tell("最多 %(most)s 字，不能有空字元。", most=most)]
        elif not text and not name.endswith("_en"):
            fields[name] = [tell("請寫主旨和內文。")]
    if bool(given["subject_en"]) != bool(given["body_en"]):
        name = "body_en" if given["subject_en"] else "subject_en"
        fields.setdefault(name, []).append(tell("英文的主旨和內文要一起寫；都留白時，用英文的人會收到中文。"))
    if fields:
        raise BadInput(tell("有欄位要改，範本沒有儲存。"), fields=fields)
    return given


def _lines(text: str) -> str:
    return "\n".join(line.rstrip() for line in text.replace("\r\n", "\n").split("\n")).strip()


def edit_template(
    actor: Actor,
    code: str,
    *,
    subject: str,
    body: str,
    subject_en: str = "",
    body_en: str = "",
    version: int,
    reason: str,
) -> TemplateVersion:
    """Let a template use new words from now on, as its next version. Raises BadInput, Conflict, NotFound, NotPermitted."""
    require(actor, EDIT)
    why = need_reason(reason)
    with recorded(by=actor, action="notifications.edit_template", reason=why):
        row = _locked(code, version)
        words = checked_words(row, subject=subject, body=body, subject_en=subject_en, body_en=body_en)
        return _next(actor, row, words, why)


def restore_template(actor: Actor, code: str, *, version: int, reason: str) -> TemplateVersion:
    """Let a template use the words again that ship with the product, as its next version."""
    require(actor, EDIT)
    why = need_reason(reason)
    with recorded(by=actor, action="notifications.restore_template", reason=why):
        row = _locked(code, version)
        shipped = templates.shipped(code)
        if shipped is None:
            raise CannotDo(tell("這個範本已經不是隨附的，沒有原來的文字可以恢復，沒有修改。"))
        english = shipped.in_english()
        words = {
            "subject": shipped.subject, "body": shipped.body, "subject_en": english[0], "body_en": english[1]
        }  # fmt: skip
        return _next(actor, row, words, why, shipped=True)


def _next(
    actor: Actor, row: Template, words: dict[str, str], reason: str, *, shipped: bool = False
) -> TemplateVersion:
    now = TemplateVersion.objects.get(template=row, number=row.version)
    if _words(now) == tuple(words.values()):
        raise CannotDo(tell("文字和現在用的一樣，沒有存成新版本。"))
    row.version += 1
    row.save(update_fields=["version"])
    return _write(row, **words, reason=reason, shipped=shipped, written_by_id=actor.pk)


def _locked(code: str, version: int) -> Template:
    queries.template(code)
    row = Template.objects.select_for_update().get(code=code)
    if row.version != version:
        raise Conflict(
            tell(
                "這個範本剛剛有人改成第 %(n)s 版，您的修改沒有儲存。請重新整理，看過新的文字再改。",
                n=row.version,
            )
        )
    return row
