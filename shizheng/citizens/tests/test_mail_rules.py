"""Reading a mail of a stranger: character sets, HTML, forms of one text, who wrote it, and what is refused."""

import re
import zlib
from base64 import b64encode

import pytest

from shizheng.citizens.rules.charsets import cleaned, decoded, header_text
from shizheng.citizens.rules.html_text import text_of
from shizheng.citizens.rules.mail_text import fitted, language_of, numbers_in, own_words
from shizheng.citizens.rules.mails import Hostile, fingerprint, read_mail
from shizheng.citizens.tests.mailboxes import SENDER, a_mail

TEXT = "路燈不亮，請派人修理。"


def mail(charset: str, body: bytes, encoding: str = "8bit") -> bytes:
    head = f"From: {SENDER}\r\nContent-Type: text/plain; charset={charset}\r\nContent-Transfer-Encoding: {encoding}\r\n\r\n"
    return head.encode() + body


@pytest.mark.parametrize(
    ("charset", "body"),
    [
        ("big5", TEXT.encode("cp950")), ("x-big5", TEXT.encode("cp950")), ("gb2312", TEXT.encode("gb18030")),
        ("gbk", TEXT.encode("gb18030")), ("utf-7", TEXT.encode("utf-7")), ("unicode-1-1-utf-7", TEXT.encode("utf-7")),
        ("utf-8", TEXT.encode("cp950")), ("us-ascii", TEXT.encode()), ("nonsense", TEXT.encode()), ("unicode_escape", TEXT.encode()),
        ('"big5', TEXT.encode("cp950")), ("utf-16", TEXT.encode("utf-16")),
    ],
)  # fmt: skip
def test_text_is_read_in_the_character_set_that_it_has(charset: str, body: bytes) -> None:
    assert read_mail(mail(charset, b64encode(body), "base64")).text == TEXT


def test_what_no_character_set_explains_is_still_read_and_codecs_that_are_none_are_not_used() -> None:
    assert "路燈" in decoded("路燈".encode() + b"\xff\xfe\xff!", "utf-8")
    assert decoded(b"%s" % zlib.compress(b"x"), "zlib") and decoded(b"\\x41", "unicode_escape") == "\\x41"
    assert cleaned("a\x00b\u202ec\r\nd\ud800") == "abc\nd"


@pytest.mark.parametrize(
    ("value", "read"),
    [
        (f"=?big5?B?{b64encode('路燈'.encode('cp950')).decode()}?=", "路燈"), ("=?utf-8?q?a=0D=0ABcc:_x=40y.z?=", "a Bcc: x@y.z"), ("plain", "plain"),
        ("=?utf-8?b?***?=", None), ("路燈".encode("cp950").decode("utf-8", "surrogateescape"), "路燈"), ("=?none?q?abc?=", "abc"),
    ],
)  # fmt: skip
def test_headers_are_read_into_one_line(value: str, read: str | None) -> None:
    found = header_text(value)
    assert "\n" not in found and "\r" not in found and (read is None or found == read)


def test_of_two_forms_the_plain_one_is_taken_and_html_alone_becomes_its_words() -> None:
    both = (
        f"From: {SENDER}\nContent-Type: multipart/alternative; boundary=b\n\n--b\nContent-Type: text/plain\n\nplain\n"
        "--b\nContent-Type: text/html\n\n<p>rich</p>\n--b--\n"
    ).encode()
    assert read_mail(both).text == "plain"
    empty = both.replace(b"\nplain\n", b"\n \n")
    assert read_mail(empty).text == "rich"
    page = (
        "<html><head><title>t</title><style>p{x}</style></head><body><script>evil()</script><p>路燈<br>不亮</p>"
        '<ul><li>一</li></ul><a href="https://example.com/x">這裡</a><a href="javascript:evil()">那裡</a><img src=x onerror=evil()>'
    )
    assert text_of(page) == "路燈\n不亮\n\n- 一\n\n這裡（https://example.com/x）那裡"


def test_a_mail_in_a_mail_is_read_with_its_subject_and_its_files() -> None:
    inner = a_mail("裡面的文字", Subject="轉寄的事", files=[("a.txt", "text/plain", b"x")])
    outer = f"From: {SENDER}\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\n看附件\n--b\nContent-Type: message/rfc822\n\n".encode()
    found = read_mail(outer + inner + b"\n--b--\n")
    assert found.text == "看附件\n\n【轉寄的事】\n\n裡面的文字" and [
        each.name for each in found.attachments
    ] == ["a.txt"]


@pytest.mark.parametrize(
    ("headers", "why"),
    [
        ({"Auto_Submitted": "auto-replied"}, "auto"), ({"Auto_Submitted": "auto-generated; x=y"}, "auto"), ({"Auto_Submitted": "no"}, ""),
        ({"Precedence": "bulk"}, "list"), ({"Precedence": "auto_reply"}, "auto"), ({"List_Id": "<a.example>"}, "list"),
        ({"Return_Path": "<>"}, "bounce"), ({"From": "MAILER-DAEMON@example.com"}, "bounce"), ({"From": "no-reply+1@example.com"}, "auto"),
        ({"X_Autoreply": "yes"}, "auto"), ({"Return_Path": f"<{SENDER}>"}, ""),
    ],
)  # fmt: skip
def test_what_a_program_wrote_is_known_for_it(headers: dict[str, str], why: str) -> None:
    assert read_mail(a_mail(**headers)).automatic == why


@pytest.mark.parametrize(
    ("line", "sender"),
    [
        ("From: a@example.com", "a@example.com"), ('From: "a, b" <a@example.com>', "a@example.com"), ("From: ", ""), ("X: y", ""),
        ("From: a@example.com, b@example.com", ""), ("From: a@example.com\r\nFrom: b@example.com", ""), ("From: a@localhost", ""),
        ("From: <a@example.com\x00>", ""), ("From: =?utf-8?q?x=0AB=40c.example?= <a@example.com>", "a@example.com"),
        ("From: 林@example.com", ""),
    ],
)  # fmt: skip
def test_there_is_one_sender_who_can_be_answered_or_none(line: str, sender: str) -> None:
    found = read_mail(line.encode() + b"\r\nSubject: x\r\n\r\nx")
    assert found.sender == sender and "\n" not in found.sender_name


DEEP = "".join(f"Content-Type: multipart/mixed; boundary=B{n}\r\n\r\n--B{n}\r\n" for n in range(3000))
SHALLOW = "".join(f"Content-Type: multipart/mixed; boundary=B{n}\r\n\r\n--B{n}\r\n" for n in range(20))
NESTED = "Content-Type: message/rfc822\r\n\r\n" * 3000
PARTS = "Content-Type: multipart/mixed; boundary=B\r\n\r\n" + "--B\r\n\r\nx\r\n" * 10_000


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (PARTS, "parts"), (DEEP, "deep"), (SHALLOW, "deep"), (NESTED, "deep"), ("X: y\r\n" * 10_000 + "\r\nx", "headers"),
        (f"X: {'y' * 300_000}\r\n\r\nx", "headers"),
        ("Content-Type: multipart/encrypted; boundary=B\r\n\r\n--B\r\n\r\nx\r\n--B--", "encrypted"),
    ],
)  # fmt: skip
def test_what_is_made_to_break_its_reader_is_refused_by_name(raw: str, code: str) -> None:
    with pytest.raises(Hostile) as caught:
        read_mail(b"From: a@example.com\r\n" + raw.encode())
    assert caught.value.code == code


@pytest.mark.parametrize(
    "raw", [b"", b"\x00" * 50, b"no header at all", b"Content-Type: multipart/mixed\r\n\r\n--", b"Content-Type: \xff;;;=\r\n\r\nx", b"From: a@b.com\r\nContent-Transfer-Encoding: base64\r\n\r\n!!!"]
)  # fmt: skip
def test_what_is_malformed_is_read_as_far_as_it_goes(raw: bytes) -> None:
    assert read_mail(raw).automatic == ""


def test_a_mail_is_known_again_whatever_servers_wrote_on_the_way_and_another_with_its_id_is_another() -> None:
    one = a_mail(Message_ID="<x@example.com>")
    again = b"Received: from a by b\nDelivered-To: c\n" + one.replace(b"\n", b"\r\n")
    other = a_mail("別的內容", Message_ID="<x@example.com>")
    assert fingerprint(one) == fingerprint(again) != fingerprint(other)


def test_what_is_quoted_is_left_out_and_what_is_too_long_is_cut_with_a_word() -> None:
    assert own_words("還是不亮\n\n> 您好：\n> 已修好\n謝謝\n\n—————————\n案號") == "還是不亮\n\n謝謝"
    assert (
        own_words("不亮\nOn Fri, 7 Feb 2025, City wrote:\n> x") == "不亮"
        and own_words("> 只有引言") == "> 只有引言"
    )
    text, cut = fitted("長" * 100, 50, "（後面略）")
    assert cut and len(text) <= 50 and text.endswith("（後面略）") and fitted("短", 50, "x") == ("短", False)
    assert (language_of("The lamp is out."), language_of("lamp 路燈"), language_of("")) == (
        "en",
        "zh-hant",
        "zh-hant",
    )
    assert numbers_in("Re: 您的陳情（案號 114-P-000123）") == ("114-P-000123",) and not re.search(
        "1", "".join(numbers_in("14-P-1"))
    )
