"""Files as tables: encodings, delimiters, formats; and everything hostile or broken refused with words."""

import gzip
import io
import zipfile

import pytest

from shizheng.common.errors import BadInput
from shizheng.kernel.intake import reading
from shizheng.kernel.intake.reading import read_file
from shizheng.kernel.intake.xml import tree
from shizheng.web import exports

TEXT = "標案名稱,金額\n東橋,1000\n西橋,2000\n"
ROWS = [("東橋", "1000"), ("西橋", "2000")]


def cells(data: bytes, name: str = "a.csv") -> list[tuple[str, ...]]:
    sheet = read_file(data, name)
    assert sheet.headings == ("標案名稱", "金額")
    return [row for _line, row in sheet.rows]


@pytest.mark.parametrize(
    "data",
    [
        TEXT.encode(), TEXT.encode("utf-8-sig"), TEXT.encode("big5"), TEXT.encode("utf-16"),
        TEXT.replace(",", ";").encode(), TEXT.replace(",", "\t").encode(), TEXT.replace("\n", "\r\n").encode(),
        gzip.compress(TEXT.encode(), mtime=0), gzip.compress(TEXT.encode()[:10], mtime=0) + gzip.compress(TEXT.encode()[10:], mtime=0),
        '[{"標案名稱": "東橋", "金額": 1000}, {"標案名稱": "西橋", "金額": "2000"}]'.encode(),
        '{"data": [{"標案名稱": "東橋", "金額": 1000}, {"標案名稱": "西橋", "金額": 2000}]}'.encode(),
        '<決標><案 標案名稱="東橋"><金額>1000</金額></案><案><標案名稱>西橋</標案名稱><金額>2000</金額></案></決標>'.encode(),
        exports.xlsx_bytes([["標案名稱", "金額"], ["東橋", 1000], ["西橋", 2000]], "a"),
        exports.ods_bytes([["標案名稱", "金額"], ["東橋", 1000], ["西橋", 2000]], "a"),
    ],
)  # fmt: skip
def test_the_same_table_in_every_form(data: bytes) -> None:
    assert cells(data) == ROWS


def test_lines_are_those_of_the_file_and_oddities_are_told() -> None:
    sheet = read_file("名,名,,\n\n甲,乙,丙,\n丁,戊,己,庚,辛\n".encode(), "a.csv")
    assert [line for line, _row in sheet.rows] == [3, 4]
    assert sheet.headings == ("名", "名") and len(sheet.notes) == 2 and "重複" in sheet.notes[0]


def test_formulas_stay_texts() -> None:
    assert read_file("名稱,值\n=1+1,'=cmd|x\n".encode(), "a.csv").rows[0][1] == ("=1+1", "=cmd|x")


def bomb() -> bytes:
    return gzip.compress(b"a,b\n" + b"0" * (reading.UNPACKED + 10))


def zip_bomb() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b"0" * 70_000_000)
    return out.getvalue()


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "空的"),
        (b"a,b\n", "只有欄名"),
        (b"a,b\n1,\x002\n", "UTF-8"),
        (b"\x89PNG\r\n\x1a\n\xff\xd8", "UTF-8"),
        (b'a,b\n"1,2\n', "引號"),
        (bomb(), "超過 40 MB"),
        (zip_bomb(), "太大"),
        (gzip.compress(TEXT.encode(), mtime=0)[:-12], "不完整"),
        (b"\x1f\x8b\x08broken", "壓縮檔"),
        (b"PK\x03\x04broken", "XLSX"),
        (b"a\n" + b"1\n" * 100_000, "20,000"),
        (b"," * 400 + b"a\n1\n", "300 欄"),
        (("a,b\n" + "字" * 40_000 + ",1\n").encode(), "32767"),
        (b"0" * (6 * 1024 * 1024), "5 MB"),
        (b'[{"a": 1}, 2]', "JSON"),
        (b"[" * 100_000, "JSON"),
        (b'{"a": ', "JSON"),
        (b"<a><b>", "XML"),
        (b'<!DOCTYPE a [<!ENTITY x "y">]><a><b><c>&x;</c></b></a>', "DTD"),
        (b"<a>" * 5000 + b"</a>" * 5000, "層次"),
        (b'<?xml version="1.0" encoding="nonsense"?><a/>', "XML"),
        (b'<?xml version="1.0" encoding="big5"?><a>\xff\xff</a>', "Big5"),
        (b"<a>\xff\xff</a>", "Big5"),
    ],
)
def test_hostile_and_broken_files_are_refused_with_words(data: bytes, words: str) -> None:
    with pytest.raises(BadInput) as failure:
        read_file(data, "壞.csv")
    assert words in failure.value.message and failure.value.fields["file"]


def test_xml_is_a_tree_of_local_names() -> None:
    root = tree('<x:a xmlns:x="u" x:編號="1"><b>甲<c/>乙</b></x:a>'.encode())
    assert root.value("編號") == "1" and root.value("none", "b") == "甲乙" and root.first("b") is not None


@pytest.mark.parametrize(
    "data",
    [
        '<?xml version="1.0" encoding="Big5"?>\n<標案 編號="1">東橋</標案>'.encode("big5"),
        "<?xml version='1.0' encoding='CP950' standalone='yes'?><標案 編號='1'>東橋</標案>".encode("cp950"),
        '<?xml version="1.0" encoding="UTF-8"?><標案 編號="1">東橋</標案>'.encode(
            "big5"
        ),  # says what it is not
        '<標案 編號="1">東橋</標案>'.encode("big5"),
        '<?xml version="1.0" encoding="UTF-16"?><標案 編號="1">東橋</標案>'.encode("utf-16"),
        '\ufeff<標案 編號="1">東橋</標案>'.encode(),
    ],
)
def test_xml_of_older_systems_is_read_in_their_encoding(data: bytes) -> None:
    root = tree(data)
    assert (root.name, root.attributes["編號"], root.text) == ("標案", "1", "東橋")
