"""Variables of templates are said in the reader's language, and what stays Chinese is marked."""

import pytest
from django.template import engines
from django.utils import translation
from django.utils.safestring import mark_safe

from shizheng.web.loaders import spoken, translated
from shizheng.web.marking import said, told


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("<p>{{ a }}</p>", "<p>{{ a|said }}</p>"),
        ('<a title="{{ a }}" href="{{ b }}">{{ c }}</a>', '<a title="{{ a|told }}" href="{{ b }}">{{ c|said }}</a>'),
        ('<option value="{{ a }}">{{ b }}</option>', '<option value="{{ a }}">{{ b|told }}</option>'),
        ("<textarea>{{ a }}</textarea>{{ b }}", "<textarea>{{ a }}</textarea>{{ b|said }}"),
        ("<script>{{ a }}</script>", "<script>{{ a }}</script>"),
        ("{% block title %}{{ a }}{% endblock %}", "{% block title %}{{ a|told }}{% endblock %}"),
        ("{% comment %}{{ a }}{% endcomment %}", "{% comment %}{{ a }}{% endcomment %}"),
        (
            "{% blocktranslate with a=b.c %}{{ a }} {{ d }}{% endblocktranslate %}",
            "{% blocktranslate with d=d|said a=b.c|said %}{{ a }} {{ d }}{% endblocktranslate %}",
        ),
        (
            "{% blocktranslate count n=rows|length %}{{ n }}{% plural %}{{ n }}{% endblocktranslate %}",
            "{% blocktranslate count n=rows|length %}{{ n }}{% plural %}{{ n }}{% endblocktranslate %}",
        ),
    ],
)  # fmt: skip
def test_every_variable_that_a_reader_meets_is_said(written: str, read: str) -> None:
    assert spoken(written) == read


def test_a_reader_of_chinese_gets_everything_as_it_is() -> None:
    with translation.override("zh-hant"):
        assert said("王小明 <b>") == "王小明 <b>"


@pytest.mark.django_db
def test_a_reader_of_english_gets_our_words_in_english_and_names_marked() -> None:
    with translation.override("en"):
        assert said("達標") == "Met"
        assert said("王小明") == '<span lang="zh-Hant">王小明</span>'
        assert said("Signed in as 王小明.") == 'Signed in as <span lang="zh-Hant">王小明</span>.'
        assert told("王小明") == "王小明"
        assert said(12) == 12 and said(None) is None


@pytest.mark.django_db
def test_marking_escapes_what_people_wrote_and_keeps_what_is_markup() -> None:
    with translation.override("en"):
        assert said("<b>王</b>") == '&lt;b&gt;<span lang="zh-Hant">王</span>&lt;/b&gt;'
        assert said(mark_safe("<b>王</b>")) == '<b><span lang="zh-Hant">王</span></b>'


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("kept", "read"),
    [
        ("測試局 106 年上半年施政成果", "H1 2017"),
        ("測試局 106 年第 2 季施政成果", "Q2 2017"),
        ("測試局 106 年 6 月施政成果", "June 2017"),
        ("測試局 106 年度施政成果", "2017"),
    ],
)
def test_a_kept_period_is_read_as_english_counts_it(kept: str, read: str) -> None:
    with translation.override("en"):
        assert told(kept) == f"測試局: results of {read}"
    assert told(kept) == kept


@pytest.mark.django_db
def test_the_blank_of_chinese_typesetting_is_no_part_of_what_is_marked() -> None:
    with translation.override("en"):
        assert said("王小明　Supervisor") == '<span lang="zh-Hant">王小明</span>　Supervisor'


@pytest.mark.django_db
def test_each_language_has_its_own_compiled_templates_with_its_words_in_them() -> None:
    """Only where a reader needs it is a variable read, and no word is looked up anew for every page."""
    engine = engines["django"].engine  # type: ignore[attr-defined]
    found = {}
    for code in ("zh-hant", "en"):
        with translation.override(code):
            found[code] = engine.get_template("web/list_table.html")
            assert engine.get_template("web/list_table.html") is found[code]
    assert "{{ cell|said }}" in found["en"].source and "Select all on this page" in found["en"].source
    assert "{{ cell }}" in found["zh-hant"].source and "選取這一頁全部" in found["zh-hant"].source


@pytest.mark.parametrize(
    ("written", "chinese", "english"),
    [
        ('<b>{% translate "標案" %}</b>', "<b>標案</b>", "<b>Tender under control</b>"),
        ("{% translate '填報' context 'done' %}", "填報", "Filed"),
        (
            '{% translate "標案" as name %}',
            '{% translate "標案" as name %}',
            '{% translate "標案" as name %}',
        ),
        ("{% translate name %}", "{% translate name %}", "{% translate name %}"),
    ],
)
def test_words_of_a_template_stand_in_it_as_text(written: str, chinese: str, english: str) -> None:
    for code, shown in (("zh-hant", chinese), ("en", english)):
        with translation.override(code):
            assert translated(written) == shown
            text = engines["django"].from_string("{% load i18n %}" + written)
            assert text.render({"name": "標案"}) == engines["django"].from_string(
                "{% load i18n %}" + shown
            ).render({"name": "標案"})
