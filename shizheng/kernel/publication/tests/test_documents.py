"""What the writers make of a document: true structure, embedded faces, described columns, nothing that runs."""

import csv
import io
import json
import os
import re
import subprocess
import sys
import zipfile
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from defusedxml import ElementTree
from django.template.loader import render_to_string
from pypdf import PdfReader

from shizheng.common import apart
from shizheng.common.apart import PROJECT
from shizheng.kernel.publication import writing
from shizheng.kernel.publication.documents import data, fonts, odt, pdf, sheets, text
from shizheng.kernel.publication.documents.model import (
    Cell,
    Column,
    Dataset,
    Document,
    Field,
    FigureRef,
    Heading,
    PageBreak,
    Paragraph,
    Picture,
    Pictures,
    Table,
    cell,
)
from shizheng.kernel.publication.pages.showing import shown_document
from shizheng.kernel.publication.tests import structure
from shizheng.kernel.publication.tests.conftest import MOMENT

FIELDS = (
    Field("code", "代碼", "Code", "列的代碼"),
    Field("amount", "金額", "Amount", "核定金額", "decimal", "元", "還沒有核定"),
    Field("day", "日期", "Day", "核定日", "date", missing="還沒有核定"),
)
ROWS = (("a", Decimal("10.50"), date(2017, 7, 1)), ("=HYPERLINK(1)", None, None))
DOCUMENT = Document(
    title="106年度施政成果",
    author="測試市政府研考會",
    subject="成果",
    code="pub_0123456789",
    issued_at=MOMENT,
    blocks=(
        Paragraph(("測試市政府",), "title"),
        Heading(1, "第一部分：成果"),
        Paragraph(
            (
                "進度相符率為",
                FigureRef("fig_1", "77.31%", "https://example.org/f/1"),
                "。 <b>不是標記</b> #emph",
            )
        ),
        Table(
            "成果",
            (Column("目標", 2), Column("指標", 3), Column("內容", 5, "start")),
            (
                (cell("一、工程", rows=2, header=True), cell("1、相符率"), cell("1.第一點\n2.第二點")),
                (None, cell("2、缺失"), Cell((("每月",),))),
            ),
        ),
        PageBreak(),
        Heading(2, "附註"),
        Paragraph(("林𠮷與王𡍼",)),
    ),
    data={"rows": 2},
    datasets=(Dataset("sums", "金額表", "每列一筆", FIELDS, ROWS, ("code",)),),
)


def pdf_text(made: bytes) -> str:
    return "".join("".join(page.extract_text().split()) for page in PdfReader(io.BytesIO(made)).pages)


def test_the_pdf_is_tagged_and_says_its_title_and_language() -> None:
    reader = PdfReader(io.BytesIO(pdf.to_pdf(DOCUMENT)))
    root = reader.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"] == True  # noqa: E712 - pypdf has a boolean of its own
    assert root["/Lang"] == "zh-TW"
    assert root["/ViewerPreferences"]["/DisplayDocTitle"] == True  # noqa: E712
    assert (reader.metadata.title, reader.metadata.author) == ("106年度施政成果", "測試市政府研考會")
    assert reader.metadata.creation_date == MOMENT
    metadata = root["/Metadata"].get_data().decode()
    assert "pdfuaid" in metadata and "pdfaid" in metadata


def roles(node, found: list[str]) -> list[str]:  # type: ignore[no-untyped-def]
    node = node.get_object()
    if isinstance(node, dict):
        if "/S" in node:
            found.append(str(node["/S"]))
        kids = node.get("/K")
        kids = kids.get_object() if kids is not None else []
        for kid in kids if isinstance(kids, list) else [kids]:
            roles(kid, found)
    return found


def test_headings_tables_and_header_cells_of_the_pdf_are_tagged_as_such() -> None:
    reader = PdfReader(io.BytesIO(pdf.to_pdf(DOCUMENT)))
    found = roles(reader.trailer["/Root"]["/StructTreeRoot"], [])
    assert [role for role in found if role in ("/H1", "/H2")] == ["/H1", "/H2"]
    assert (found.count("/Table"), found.count("/TR"), found.count("/TH"), found.count("/TD")) == (1, 3, 3, 6)
    assert found.count("/Link") == 1


def test_the_structure_of_the_pdf_tells_everything_once_in_reading_order() -> None:
    reader = PdfReader(io.BytesIO(pdf.to_pdf(DOCUMENT)))
    found = structure.told(reader)
    assert found.text == (
        "測試市政府第一部分：成果進度相符率為77.31%。<b>不是標記</b>#emph"
        "目標指標內容一、工程1、相符率1.第一點2.第二點2、缺失每月附註林𠮷與王〔U+2137C〕"
    )
    assert {str(page["/Tabs"]) for page in reader.pages} == {
        "/S"
    }  # the keyboard follows the structure as well


def test_each_cell_of_a_table_of_the_pdf_names_the_head_of_its_column() -> None:
    head, *body = structure.told(PdfReader(io.BytesIO(pdf.to_pdf(DOCUMENT)))).rows
    assert [(cell.role, cell.scope, cell.text) for cell in head] == [
        ("/TH", "/Column", "目標"), ("/TH", "/Column", "指標"), ("/TH", "/Column", "內容"),
    ]  # fmt: skip
    names = [cell.name for cell in head]
    assert all(names) and len(set(names)) == 3
    assert [[cell.role for cell in row] for row in body] == [["/TD"] * 3] * 2
    assert [[cell.headers for cell in row] for row in body] == [[[name] for name in names]] * 2


def test_every_face_of_the_pdf_is_embedded() -> None:
    reader = PdfReader(io.BytesIO(pdf.to_pdf(DOCUMENT)))
    names = set()
    for page in reader.pages:
        for font in page["/Resources"]["/Font"].values():
            below = font.get_object()["/DescendantFonts"][0].get_object()
            descriptor = below["/FontDescriptor"].get_object()
            names.add(str(descriptor["/FontName"]))
            assert {"/FontFile", "/FontFile2", "/FontFile3"} & set(descriptor)
    assert any("NotoSansTC" in name for name in names) and any("NotoSansJP" in name for name in names)


def test_the_text_of_the_pdf_comes_out_in_reading_order() -> None:
    found = pdf_text(pdf.to_pdf(DOCUMENT))
    order = [
        "測試市政府",
        "第一部分：成果",
        "進度相符率為",
        "77.31%",
        "一、工程",
        "1、相符率",
        "1.第一點",
        "2.第二點",
        "2、缺失",
        "每月",
        "附註",
        "林",
    ]
    places = [found.index(each) for each in order]
    assert places == sorted(places)


def test_markup_in_a_text_stays_text() -> None:
    assert "<b>不是標記</b>#emph" in pdf_text(pdf.to_pdf(DOCUMENT))
    assert "&lt;b&gt;不是標記" in content_of(odt.to_odt(DOCUMENT))


def test_a_character_that_no_face_has_is_printed_as_its_code_point_and_reads_back() -> None:
    found = pdf_text(pdf.to_pdf(DOCUMENT))
    assert "林𠮷與王〔U+2137C〕" in found
    assert fonts.from_code_points("王〔U+2137C〕") == "王𡍼"
    assert fonts.from_code_points("〔U+110000〕〔U+D800〕") == "〔U+110000〕〔U+D800〕"


def test_the_same_document_gives_the_same_pdf_byte_by_byte() -> None:
    assert pdf.to_pdf(DOCUMENT) == pdf.to_pdf(DOCUMENT)


def test_a_pdf_needs_the_day_of_its_issue_and_its_faces(monkeypatch: pytest.MonkeyPatch, tmp_path) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(pdf.CannotSetPdf, match="day of issue"):
        pdf.to_pdf(replace(DOCUMENT, issued_at=None))
    monkeypatch.setattr(fonts, "SHIPPED", tmp_path)
    with pytest.raises(fonts.FontsMissing):
        pdf.to_pdf(DOCUMENT)


def test_a_warning_of_the_compiler_is_a_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    real = fonts.faces()
    lost = [replace(real[0], family="No Such Face"), *real[1:]]
    monkeypatch.setattr(fonts, "faces", lambda extra=None: lost)
    with pytest.raises(pdf.CannotSetPdf, match=r"(?i)no such face"):
        pdf.to_pdf(DOCUMENT)


def test_setting_ended_by_another_or_out_of_memory_is_a_failure(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    package = tmp_path / "broken"
    package.mkdir()
    (package / "__init__.py").touch()
    for name, ending in {
        "killed": "os.kill(os.getpid(), signal.SIGKILL)",
        "large": "give_up_rights(9, threads=True); bytearray(2 * 1024**3)",
        "half": "sys.stdout.buffer.write(b'{\"size\": 9}\\nhalf')",
    }.items():
        (package / f"{name}.py").write_text(
            f"import os, signal, sys\nfrom shizheng.common.apart import give_up_rights\n{ending}\n"
        )
        monkeypatch.setattr(pdf, "TYPESETTING", f"broken.{name}")
        monkeypatch.setattr(apart, "PROJECT", f"{tmp_path}{os.pathsep}{PROJECT}")
        with pytest.raises(pdf.BrokeOff):
            pdf.to_pdf(DOCUMENT)


def test_a_process_that_asked_for_a_pdf_never_loads_the_compiler() -> None:
    asked = (
        "import sys\nfrom datetime import UTC, datetime\n"
        "from shizheng.kernel.publication.documents import model, pdf\n"
        "asked = model.Document('題', '測試', (model.Heading(1, '一'),), issued_at=datetime(2017, 7, 20, tzinfo=UTC))\n"
        "assert pdf.to_pdf(asked).startswith(b'%PDF-') and 'typst' not in sys.modules\n"
    )
    subprocess.run([sys.executable, "-c", asked], cwd=PROJECT, check=True, timeout=60)


def content_of(made: bytes, part: str = "content.xml") -> str:
    with zipfile.ZipFile(io.BytesIO(made)) as archive:
        assert archive.testzip() is None
        return archive.read(part).decode()


def test_the_odt_has_headings_header_rows_spans_and_links() -> None:
    made = odt.to_odt(DOCUMENT)
    with zipfile.ZipFile(io.BytesIO(made)) as archive:
        first = archive.infolist()[0]
        assert first.filename == "mimetype" and first.compress_type == zipfile.ZIP_STORED
        assert archive.read("mimetype") == b"application/vnd.oasis.opendocument.text"
    content = content_of(made)
    ElementTree.fromstring(content)
    assert 'text:outline-level="1">第一部分：成果</text:h>' in content
    assert "<table:table-header-rows>" in content and 'table:number-rows-spanned="2"' in content
    assert content.count("<table:covered-table-cell") == 1
    assert 'xlink:href="https://example.org/f/1"' in content and 'office:name="fig_1"' in content
    meta = content_of(made, "meta.xml")
    assert "<dc:title>106年度施政成果</dc:title>" in meta and "2017-07-20T09:30:00" in meta


def test_the_odt_says_in_which_language_it_is_written() -> None:
    for language in ("zh-TW", "en"):
        made = odt.to_odt(replace(DOCUMENT, language=language))
        assert "fo:language" not in content_of(made), "its paragraphs are in the language of the document"
        default = content_of(made, "styles.xml")
        assert f'fo:language="{language[:2]}"' in default
        assert f"<dc:language>{language}</dc:language>" in content_of(made, "meta.xml")


def test_the_spreadsheets_describe_every_column_and_run_nothing() -> None:
    book = sheets.to_xlsx(DOCUMENT)
    strings = content_of(book, "xl/sharedStrings.xml")
    for words in ("欄位說明", "核定金額", "還沒有核定", "=HYPERLINK(1)"):
        assert words in strings or words in content_of(book, "xl/workbook.xml")
    sheet = content_of(book, "xl/worksheets/sheet2.xml")
    assert "<f>" not in sheet and re.search(r"<v>10\.50?</v>", sheet)
    ods = content_of(sheets.to_ods(DOCUMENT))
    assert 'table:name="欄位說明"' in ods and 'table:name="金額表"' in ods
    assert re.search(r'office:value="10\.50?"', ods) and "table:formula" not in ods
    assert 'office:date-value="2017-07-01' in ods


def test_the_csv_is_described_column_by_column_as_the_web_standard_says() -> None:
    made = data.to_csv(DOCUMENT.datasets[0])
    rows = list(csv.reader(io.StringIO(made.decode("utf-8-sig"))))
    assert rows == [["代碼", "金額", "日期"], ["a", "10.50", "2017-07-01"], ["'=HYPERLINK(1)", "", ""]]
    about = json.loads(data.csv_metadata(DOCUMENT))
    assert about["@context"][0] == "http://www.w3.org/ns/csvw"
    schema = about["tables"][0]["tableSchema"]
    assert about["tables"][0]["url"] == "sums.csv" and schema["primaryKey"] == ["code"]
    assert [column["titles"]["zh-TW"] for column in schema["columns"]] == rows[0]
    assert all(column["dc:description"] and column["datatype"] for column in schema["columns"])
    assert (
        "元" in schema["columns"][1]["dc:description"]
        and "還沒有核定" in schema["columns"][1]["dc:description"]
    )


def test_the_json_holds_data_rows_and_described_columns() -> None:
    whole = json.loads(data.to_json(DOCUMENT, {"publication": {"code": "pub_1"}}))
    assert whole["publication"] == {"code": "pub_1"} and whole["data"] == {"rows": 2}
    sums = whole["datasets"]["sums"]
    assert sums["rows"][0] == {"code": "a", "amount": "10.50", "day": "2017-07-01"}
    assert [column["name"] for column in sums["columns"]] == ["code", "amount", "day"]


def test_the_text_keeps_each_row_on_one_line() -> None:
    lines = text.to_text(DOCUMENT).split("\n")
    assert "一、工程\t1、相符率\t<p>1.第一點</p><p>2.第二點</p>" in lines
    assert "\t2、缺失\t每月" in lines


def test_a_table_or_data_set_that_does_not_fit_its_columns_is_refused() -> None:
    with pytest.raises(ValueError, match="every row"):
        Table("t", (Column("a", 1),), ((cell("1"), cell("2")),))
    with pytest.raises(ValueError, match="key"):
        Dataset("d", "d", "", FIELDS, (), ("nothing",))


SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 100 40"><path d="M0 40L100 0" stroke="#1d4f8c"/>'
    '<text x="2" y="10" font-family="Noto Sans TC" font-size="6">預定</text></svg>'
)


def photograph() -> bytes:
    from PIL import Image

    out = io.BytesIO()
    Image.new("RGB", (40, 30), (120, 90, 60)).save(out, "JPEG")
    return out.getvalue()


def pictured() -> Document:
    drawing = Picture("進度曲線：預定55%、實際20%", SVG.encode(), "image/svg+xml", 100, 40)
    taken = Picture("工地照片", photograph(), "image/jpeg", 40, 30, "114年3月5日")
    table = Table("檢核點", (Column("項目", 1), Column("日期", 1, "end")), ((cell("決標", header=True), cell("114-02-15")),), dense=True)  # fmt: skip
    return replace(DOCUMENT, blocks=(Pictures((drawing,)), Pictures((taken, taken)), table))


def test_pictures_stand_in_the_pdf_with_what_they_show_in_words() -> None:
    reader = PdfReader(io.BytesIO(pdf.to_pdf(pictured())))
    found = structure.told(reader)
    assert "114年3月5日114年3月5日" in found.text and "決標" in found.text
    root = reader.trailer["/Root"]["/StructTreeRoot"]
    assert roles(root, []).count("/Figure") == 3
    assert len(reader.pages[0].images) == 1  # the same photograph is kept once; the drawing stays a drawing


def test_pictures_stand_in_the_odt_as_files_that_its_manifest_names() -> None:
    with zipfile.ZipFile(io.BytesIO(odt.to_odt(pictured()))) as found:
        content = found.read("content.xml").decode()
        manifest = found.read("META-INF/manifest.xml").decode()
        places = re.findall(r'draw:image xlink:href="([^"]+)"', content)
        assert len(places) == 3 and all(found.read(place) for place in places)
        assert all(f'full-path="{place}"' in manifest for place in places)
    assert "<svg:desc>進度曲線：預定55%、實際20%</svg:desc>" in content and "SzDenseCell" in content


def test_pictures_are_told_in_text() -> None:
    told = text.to_text(pictured())
    assert "〔進度曲線：預定55%、實際20%〕" in told and "〔工地照片〕114年3月5日" in told


def test_a_page_never_ends_on_a_row_that_only_names_what_follows() -> None:
    """Whatever the height of the rows before: with one line more each time, some page would end there."""
    columns = (Column("項次", 1), Column("案由", 6), Column("理由", 4))
    for more in range(3):
        rows = [(cell("0"), cell("\n".join(["行"] * (1 + more))), cell(""))]
        for n in range(40):
            rows += [
                (cell(""), cell(f"節{n}", header=True), cell("")), (cell(str(n)), cell(f"案{n}"), cell("無")),
            ]  # fmt: skip
        made = replace(DOCUMENT, blocks=(Table("議程", columns, tuple(rows)),))
        pages = PdfReader(io.BytesIO(pdf.to_pdf(made))).pages
        assert len(pages) > 1
        for page in pages:
            said = re.findall(r"(節|案)(\d+)", page.extract_text())
            assert [n for kind, n in said if kind == "節"] == [n for kind, n in said if kind == "案"]


def test_a_title_becomes_a_name_that_every_system_takes() -> None:
    assert writing.file_stem("114 年 8 月本府會報會議資料") == "114年8月本府會報會議資料"
    assert writing.file_stem('../a:b*"c"') == "a-b-c" and writing.file_stem("…".join("   ")) != ""
    assert len(writing.file_stem("字" * 300)) == 80 and writing.file_stem(" . ") == "document"


def test_on_a_page_a_drawing_can_be_moved_sideways_and_a_photograph_fits() -> None:
    """A curve is as wide as a sheet of paper: on a phone its words would be four pixels high."""
    page = render_to_string("publication/_document.html", {"documents": shown_document(pictured())})
    assert page.count('<div class="tbl-wrap doc-drawn" tabindex="0" role="region"') == 1
    assert page.count("<img") == 3 and 'aria-label="進度曲線：預定55%、實際20%"' in page
