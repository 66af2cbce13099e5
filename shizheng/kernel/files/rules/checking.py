"""Whether a file is taken: name, size, what it is by its content, and nothing hostile in it. Pure."""

from dataclasses import dataclass

from shizheng.common.words import N_, listed, tell

from .images import check_image
from .kinds import EVIDENCE, KINDS, MB, Kind, extension_of, extensions
from .names import checked_name
from .office import check_office, kind_of_package, macros
from .pdfs import check_pdf
from .refusal import Refused, damaged, refused
from .signatures import NAMES, signature_of
from .texts import check_text
from .zips import checked_archive

_TEXTS = ("csv", "txt", "json")
_TODO = {
    "other_image": N_("請另存成 JPEG 或 PNG 再上傳。"),
    "old_office": N_("請用原軟體另存成 ODT、ODS、DOCX 或 XLSX 再上傳。"),
    "rtf": N_("請用原軟體另存成 ODT 或 DOCX 再上傳。"),
    "archive": N_("請解開後，把裡面的檔案分別上傳。"),
    "markup": N_("請存成 PDF 再上傳。"),
}


@dataclass(frozen=True, slots=True)
class Checked:
    """What is known of a file that is taken. `pages` of a PDF, `width` and `height` of an image in pixels."""

    name: str
    kind: Kind
    pages: int | None = None
    width: int | None = None
    height: int | None = None


def check(data: bytes, name: str, allow: frozenset[str] = EVIDENCE) -> Checked:
    """Look a file through from its name to its last byte. `allow`: codes of kinds. Raises Refused, and nothing else."""
    try:
        plain = checked_name(name)
        if not data:
            raise refused("empty", plain, tell("檔案是空的"), tell("請確認檔案後再上傳。"))
        most = max((KINDS[code].most for code in allow), default=0)
        if len(data) > most:
            raise _too_large(plain, most)
        return _checked(data, plain, allow)
    except Refused:
        raise
    except Exception as problem:  # a decoder's own failure is a refusal as well
        raise damaged(name) from problem


def _checked(data: bytes, name: str, allow: frozenset[str]) -> Checked:
    kind = KINDS[_kind_of(data, name, allow)]
    extension = extension_of(name)
    if extension not in kind.extensions:
        why = tell("內容是%(kind)s，副檔名卻是「.%(given)s」", kind=tell(kind.label), given=extension or " ")
        todo = tell("請改用副檔名「.%(right)s」；若不是這種檔案，請確認來源。", right=kind.extensions[0])
        raise refused("wrong_extension", name, why, todo)
    if kind.code not in allow:
        raise _not_allowed(name, tell("這裡不收%(kind)s", kind=tell(kind.label)), allow)
    if len(data) > kind.most:
        raise _too_large(name, kind.most)
    if kind.family == "pdf":
        return Checked(name, kind, pages=check_pdf(data, name))
    if kind.family == "image":
        width, height = check_image(data, kind.code, name)
        return Checked(name, kind, width=width, height=height)
    if kind.family == "office":
        check_office(checked_archive(data, name))
    else:
        check_text(data, kind.code, name)
    return Checked(name, kind)


def _kind_of(data: bytes, name: str, allow: frozenset[str]) -> str:
    """The code of the kind by content; for text, which has no mark of its own, the extension says which text."""
    found = signature_of(data)
    if found in KINDS:
        return found
    if found == "zip":
        inside = kind_of_package(checked_archive(data, name))
        if inside == "macros":
            raise macros(name)
        if inside:
            return inside
        found = "archive"
    if found:
        code = {"other_image": "not_allowed", "old_office": "old_format", "rtf": "old_format", "script": "executable"}.get(found, found)  # fmt: skip
        todo = tell(_TODO[found]) if found in _TODO else tell("請確認檔案來源，不要打開它。")
        raise refused(code, name, tell(NAMES[found]), todo)
    extension = extension_of(name)
    if extension in _TEXTS:
        return extension
    known = next((kind for kind in KINDS.values() if extension in kind.extensions), None)
    if known is not None:
        raise damaged(name, tell("內容不是%(kind)s", kind=tell(known.label)))
    raise _not_allowed(name, tell("看不出是哪一種檔案"), allow, code="unknown_type")


def _not_allowed(name: str, why: str, allow: frozenset[str], code: str = "not_allowed") -> Refused:
    kinds = listed(f".{each}" for each in extensions(allow))
    return refused(code, name, why, tell("可以上傳的是 %(kinds)s。", kinds=kinds))


def _too_large(name: str, most: int) -> Refused:
    why = tell("超過 %(most)s MB", most=most // MB)
    return refused("too_large", name, why, tell("請縮小圖片或分成幾個檔案再上傳。"))
