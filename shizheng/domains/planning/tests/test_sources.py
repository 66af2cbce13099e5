"""ODT, Word, PDF and JSON become the same plan as the text; what is hostile or broken is refused with a reason."""

import io
import json
import resource
import zipfile
import zlib
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import pytest
import typst

from shizheng.common.apart import GRACE
from shizheng.domains.planning.parsing import CannotReadPlan, parse_document, to_json
from shizheng.domains.planning.parsing.sources import pdf as pdf_reader
from shizheng.domains.planning.parsing.sources import pdf_apart
from shizheng.domains.planning.rules.layout import plan_document
from shizheng.kernel.files.rules import zips
from shizheng.kernel.publication.documents import data, odt, pdf, text
from shizheng.kernel.publication.documents.model import Document, Heading, Paragraph, Table, plain

FIXTURES = sorted((Path(__file__).parent / "fixtures").glob("*.txt"))
IGNORED = {"source", "warnings", "pairing"}


def content_of(read: Any) -> Any:
    """What was read without where it stood and what was doubtful about it."""
    if isinstance(read, dict):
        return {key: content_of(value) for key, value in read.items() if key not in IGNORED}
    return [content_of(each) for each in read] if isinstance(read, list) else read


def as_content(document: bytes, name: str) -> Any:
    return content_of(to_json(parse_document(document, name)))


def set_again(plan: dict[str, Any]) -> Document:
    """The plan in the official layout."""
    return replace(plan_document(plan, {}), issued_at=datetime(2026, 11, 21, tzinfo=UTC), code="pub_test")


def docx(document: Document) -> bytes:
    """The document as a word processor would save it, merged cells and all."""

    def paragraph(words: str) -> str:
        return f"<w:p><w:r><w:t xml:space='preserve'>{escape(words)}</w:t></w:r></w:p>"

    parts = []
    for block in document.blocks:
        if isinstance(block, Heading):
            parts.append(paragraph(block.text))
        elif isinstance(block, Paragraph):
            parts.append(paragraph(plain(block.content)))
        elif isinstance(block, Table):
            head = "".join(f"<w:tc>{paragraph(column.title)}</w:tc>" for column in block.columns)
            rows = [f"<w:tr>{head}</w:tr>"]
            for row in block.rows:
                cells = []
                for each in row:
                    merge = (
                        "<w:vMerge/>"
                        if each is None
                        else "<w:vMerge w:val='restart'/>"
                        if each.rows > 1
                        else ""
                    )
                    inside = "".join(paragraph(plain(content)) for content in each.paragraphs) if each else ""
                    cells.append(f"<w:tc><w:tcPr>{merge}</w:tcPr>{inside or '<w:p/>'}</w:tc>")
                rows.append(f"<w:tr>{''.join(cells)}</w:tr>")
            parts.append(f"<w:tbl>{''.join(rows)}</w:tbl>")
    space = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    return zipped(
        {
            "[Content_Types].xml": "<Types/>",
            "word/document.xml": f"<w:document xmlns:w='{space}'><w:body>{''.join(parts)}</w:body></w:document>",
        }
    )


def zipped(parts: dict[str, str | bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return stream.getvalue()


WRITERS = {
    "odt": odt.to_odt,
    "pdf": pdf.to_pdf,
    "docx": docx,
    "txt": lambda document: text.to_text(document).encode(),
    "json": lambda document: data.to_json(document, {}),
}


@pytest.mark.parametrize("form", WRITERS)
@pytest.mark.parametrize("fixture", FIXTURES, ids=lambda path: path.stem)
def test_a_plan_set_in_any_form_reads_as_the_same_plan(fixture: Path, form: str) -> None:
    plan = as_content(fixture.read_bytes(), fixture.name)
    assert plan["goals"] or plan["work_plans"]
    assert as_content(WRITERS[form](set_again(plan)), f"plan.{form}") == plan


@pytest.mark.parametrize("form", WRITERS)
def test_the_three_real_plans_survive_every_form(seeds: list[Path], form: str) -> None:
    for seed in seeds:
        plan = as_content(seed.read_bytes(), seed.name)
        assert as_content(WRITERS[form](set_again(plan)), f"plan.{form}") == plan, seed.name


def test_a_second_journey_changes_nothing_any_more(seeds: list[Path]) -> None:
    for seed in seeds:
        first = text.to_text(set_again(as_content(seed.read_bytes(), seed.name)))
        again = text.to_text(
            set_again(as_content(odt.to_odt(set_again(as_content(first.encode(), "a.txt"))), "a.odt"))
        )
        assert again == first


ITEM = {"number": "1", "title": "12項措施", "points": [], "content": ["每月辦理。"]}
PLAN: dict[str, Any] = {
    "agency": "測試市政府工務局", "roc_year": 107, "results": [],
    "goals": [
        {
            "number": 1, "name": "讓工程如期", "weight": "20", "name_in_text": None, "description": "比對進度。",
            "kpis": [
                {
                    "number": 1, "name": "相符率", "weight": "20", "system": "1", "method": "統計數據",
                    "formula_text": "(a/b)*100%", "target_text": "75%", "target_value": "75", "unit": "%", "direction": ">=",
                }
            ],
        }
    ],
    "work_plans": [{"number": 1, "name": "道路", "items": [ITEM]}],
}  # fmt: skip


@pytest.mark.parametrize("form", WRITERS)
def test_what_officers_changed_is_printed_so_that_it_reads_as_what_it_is_now(form: str) -> None:
    plan = json.loads(json.dumps(PLAN))
    plan["goals"][0]["kpis"][0] |= {"target_value": "60", "unit": "件", "direction": "<="}
    item = plan["work_plans"][0]["items"][0]
    item |= {"points": ["第一點", "2.5公里的路"], "content": ["1.舊的一點"]}
    read = as_content(WRITERS[form](set_again(plan)), f"plan.{form}")
    kpi = read["goals"][0]["kpis"][0]
    assert (kpi["target_value"], kpi["unit"], kpi["direction"]) == ("60", "件", "<=")
    got = read["work_plans"][0]["items"][0]
    assert (got["number"], got["title"], got["points"]) == ("1", "12項措施", ["第一點", "2.5公里的路"])


@pytest.mark.parametrize("form", WRITERS)
def test_children_keep_their_own_content_however_alike_it_sounds(form: str) -> None:
    plan = json.loads(json.dumps(PLAN))
    children = [
        {
            "number": f"1({n})",
            "title": f"道路／第{n}段",
            "points": [],
            "content": ["每月辦理一次。", "每季檢討。"][: 1 + n % 2],
        }
        for n in (1, 2, 3)
    ]
    plan["work_plans"][0]["items"] = [
        *children,
        {"number": "2", "title": "橋梁", "points": [], "content": ["每年。"]},
    ]
    read = as_content(WRITERS[form](set_again(plan)), f"plan.{form}")
    got = [(each["number"], each["title"], each["content"]) for each in read["work_plans"][0]["items"]]
    assert got == [
        (each["number"], each["title"], each["content"]) for each in plan["work_plans"][0]["items"]
    ]


def test_a_pdf_without_tags_is_read_by_its_lines() -> None:
    lines = [
        "測試市政府工務局",
        "107 年度施政計畫",
        "第一部分：年度施政目標與重點",
        "一、讓工程如期(策略績效目標一)",
        "每月比對預定與實際進度。",
    ]
    source = '#set text(font: "Noto Sans TC", lang: "zh")\n' + "\n\n".join(lines)
    from shizheng.kernel.publication.documents import fonts

    compiler = typst.Compiler(
        input=source.encode(), font_paths=[str(fonts.SHIPPED)], ignore_system_fonts=True
    )
    made = compiler.compile(format="pdf", pdf_tags=False)
    read = parse_document(made, "plain.pdf")
    assert (read.agency, read.roc_year, [goal.name for goal in read.goals]) == (
        "測試市政府工務局",
        107,
        ["讓工程如期"],
    )


def test_a_scan_is_told_to_be_one() -> None:
    blank = typst.Compiler(
        input=b"#set page(fill: gray)\n#box(width: 1cm, height: 1cm, fill: red)", ignore_system_fonts=True
    )
    with pytest.raises(CannotReadPlan, match="掃描") as refused:
        parse_document(blank.compile(format="pdf"), "scan.pdf")
    assert refused.value.code == "scanned"


SPACE = "urn:oasis:names:tc:opendocument:xmlns:"
ODT = "application/vnd.oasis.opendocument.text"


def odt_of(content: str, **parts: str | bytes) -> bytes:
    return zipped({"mimetype": ODT, "content.xml": content, **parts})


BODY = f"<o:document-content xmlns:o='{SPACE}office:1.0' xmlns:t='{SPACE}text:1.0'><o:body><o:text>%s</o:text></o:body></o:document-content>"
BOMB = "<!DOCTYPE x [<!ENTITY a 'ha'><!ENTITY b '&a;&a;&a;&a;&a;&a;'>]>" + BODY % "<t:p>&b;</t:p>"
OUTSIDE = "<!DOCTYPE x [<!ENTITY a SYSTEM 'file:///etc/passwd'>]>" + BODY % "<t:p>&a;</t:p>"
DEEP = BODY % ("<t:section>" * 5000 + "</t:section>" * 5000)


@pytest.mark.parametrize(
    ("made", "code", "says"),
    [
        (odt_of(BOMB), "hostile", "實體"),
        (odt_of(OUTSIDE), "hostile", "實體"),
        (odt_of("<!DOCTYPE x SYSTEM 'http://example.org/x.dtd'>" + BODY % ""), "hostile", "DTD"),
        (odt_of(DEEP), "hostile", "層數"),
        (odt_of("<not closed"), "damaged", "XML"),
        (odt_of(BODY % "", **{"META-INF/manifest.xml": "<m><encryption-data/></m>"}), "encrypted", "密碼"),
        (odt_of(BODY % "", **{"Basic/Standard/Module1.xml": "<x/>"}), "macros", "巨集"),
        (zipped({"word/document.xml": "<w/>", "word/vbaProject.bin": b"\x00"}), "macros", "巨集"),
        (zipped({"word/document.xml": "<w/>"}), "damaged", "本文"),
        (zipped({"word/document.xml": BOMB}), "hostile", "實體"),
        (zipped({"xl/workbook.xml": "<x/>"}), "binary", "試算表"),
        (zipped({"mimetype": "application/vnd.oasis.opendocument.spreadsheet", "content.xml": "<x/>"}), "binary", "試算表"),
        (odt_of(BODY % "")[:-30], "damaged", "損壞"),
        (pdf.to_pdf(set_again(PLAN))[:2000], "damaged", "PDF"),
        (b'{"goals": [], "work_plans": "x", "roc_year": 107}', "bad_json", "JSON"),
        (b'{"goals": [{"kpis": [{"weight": 10}]}], "work_plans": [], "roc_year": 107}', "bad_json", "JSON"),
        (b'{"hello": 1}', "not_a_plan", "不像施政計畫"),
    ],
)  # fmt: skip
def test_what_is_hostile_or_broken_is_refused_and_said_why(made: bytes, code: str, says: str) -> None:
    with pytest.raises(CannotReadPlan) as refused:
        parse_document(made, "計畫")
    assert refused.value.code == code and says in refused.value.message


def test_what_the_checks_of_files_refuse_is_refused_here(monkeypatch: pytest.MonkeyPatch) -> None:
    big = "<x>" + "0" * (8 * 1024 * 1024) + "</x>"
    with pytest.raises(CannotReadPlan, match="炸彈") as refused:
        parse_document(odt_of(big), "bomb.odt")
    assert refused.value.code == "bomb"
    with pytest.raises(CannotReadPlan, match="別的資料夾"):
        parse_document(odt_of(BODY % "", **{"../a": b"x"}), "path.odt")
    whole = pdf.to_pdf(set_again(PLAN))
    with pytest.raises(CannotReadPlan, match="夾帶") as refused:
        parse_document(whole.replace(b"%%EOF", b"%/EmbeddedFile \n%%EOF"), "more.pdf")
    assert refused.value.code == "embedded"
    monkeypatch.setattr(zips, "MAX_ENTRIES", 2)
    with pytest.raises(CannotReadPlan, match="3 個檔案"):
        parse_document(odt_of(BODY % "", **{"a": b""}), "many.odt")


def pdf_that_draws(content: bytes) -> bytes:
    """A PDF of one page with this packed content."""
    packed = zlib.compress(content, 9)
    parts = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F 5 0 R>>>>>>",
        b"<</Filter/FlateDecode/Length %d>>stream\n%s\nendstream" % (len(packed), packed),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    ]
    made, places = b"%PDF-1.7\n", []
    for number, part in enumerate(parts, 1):
        places.append(len(made))
        made += b"%d 0 obj%s endobj\n" % (number, part)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    return (
        made
        + b"xref\n0 6\n0000000000 65535 f \n%strailer<</Size 6/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n"
        % (
            table,
            len(made),
        )
    )


def test_a_pdf_is_read_in_a_process_that_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    here: list[str] = []
    monkeypatch.setattr(pdf_reader, "pdf_lines", lambda *given: here.append("read here"))
    drawn = pdf_that_draws(b"BT /F 12 Tf 50 800 Td (Annual plan of the year) Tj ET")
    assert "Annual plan of the year" in pdf_apart.pdf_text(drawn, "a.pdf")
    assert here == []


def test_a_pdf_that_takes_too_long_or_too_much_memory_is_refused_and_said_what_to_do(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    bomb = pdf_that_draws(b"BT /F 12 Tf " + b"1 0 Td (a) Tj " * 6_000_000 + b"ET")
    assert len(bomb) < 1024 * 1024  # small enough to be sent
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    monkeypatch.setattr(pdf_apart, "SECONDS", 3)
    with pytest.raises(CannotReadPlan, match="超過上限") as refused:
        parse_document(bomb, "大.pdf")
    assert refused.value.code == "too_complex" and "列印成 PDF" in refused.value.message
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    assert grown < 200 * 1024  # kilobytes: what it took was not ours
    with pytest.raises(CannotReadPlan, match="超過上限"):
        monkeypatch.setattr(pdf_apart, "SECONDS", 0.01 - GRACE)
        parse_document(pdf_that_draws(b"BT /F 12 Tf (a) Tj ET"), "a.pdf")
