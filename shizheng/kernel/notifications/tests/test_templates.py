"""The words of templates: what ships, what people write, and what is refused."""

from typing import Any

import pytest

from shizheng.common.errors import BadInput, CannotDo, Conflict, NotPermitted
from shizheng.kernel.notifications import actions, queries, templates
from shizheng.kernel.notifications.models import Message, TemplateVersion
from shizheng.kernel.notifications.tests.conftest import CODE


def edit(actor: Any, code: str, **more: Any) -> TemplateVersion:
    given: dict[str, Any] = {
        "subject": "{what}要到期了",
        "body": "還有 {n} 天",
        "version": queries.template(code).version,
        "reason": "說得清楚一點",
        **more,
    }
    return actions.edit_template(actor, code, **given)


@pytest.fixture
def boss(somebody: Any, kind: str) -> Any:
    actions.load_shipped_templates()
    return somebody("boss", role="rdec_head")


@pytest.mark.django_db
def test_what_apps_register_is_loaded_once(kind: str) -> None:
    assert actions.load_shipped_templates() == 1
    assert actions.load_shipped_templates() == 0
    assert queries.current_version(queries.template(kind)).shipped


@pytest.mark.django_db
def test_every_shipped_template_has_its_english() -> None:
    shipped = templates.all_shipped()
    assert len(shipped) >= 10
    assert [each.code for each in shipped if not all(each.in_english())] == []


def test_new_words_are_used_from_then_on_and_the_old_ones_stay(boss: Any, announce: Any, kind: str) -> None:
    announce("before", boss)
    assert edit(boss, kind).number == 2
    announce("after", boss)
    assert list(Message.objects.order_by("id").values_list("subject", flat=True)) == [
        "上半年成果到期",
        "上半年成果要到期了",
    ]
    assert [row.number for row in queries.versions_of(queries.template(kind))] == [2, 1]


def test_a_later_release_changes_shipped_words_but_not_those_that_people_wrote(boss: Any, kind: str) -> None:
    def release(body: str) -> None:
        templates.register(CODE, "到期提醒", "{what}到期", body, ("what", "n"), {"what": "計畫", "n": 3})
        actions.load_shipped_templates()

    release("新的隨附文字 {n}")
    assert queries.current_version(queries.template(kind)).body == "新的隨附文字 {n}"
    edit(boss, kind)
    release("更新的隨附文字 {n}")
    assert queries.current_version(queries.template(kind)).body == "還有 {n} 天"
    actions.restore_template(boss, kind, version=3, reason="用隨附的")
    assert queries.current_version(queries.template(kind)).body == "更新的隨附文字 {n}"


@pytest.mark.parametrize(
    ("field", "text"),
    [
        ("subject", "{whom}到期"),
        ("body", "{{n}}"),
        ("body", "{n.real}"),
        ("subject", ""),
        ("body", "字" * 5001),
    ],
)
def test_words_that_could_not_be_sent_are_refused_beside_their_field(
    boss: Any, kind: str, field: str, text: str
) -> None:
    with pytest.raises(BadInput) as failure:
        edit(boss, kind, **{field: text})
    assert list(failure.value.fields) == [field]
    assert queries.template(kind).version == 1


def test_english_is_written_whole_or_not_at_all(boss: Any, kind: str) -> None:
    with pytest.raises(BadInput) as failure:
        edit(boss, kind, subject_en="{what} is due")
    assert list(failure.value.fields) == ["body_en"]


def test_a_change_needs_a_reason_the_permission_and_the_version_that_was_seen(
    boss: Any, somebody: Any, kind: str
) -> None:
    with pytest.raises(BadInput):
        edit(boss, kind, reason=" ")
    with pytest.raises(NotPermitted):
        edit(somebody("officer"), kind)
    edit(boss, kind)
    with pytest.raises(Conflict):
        edit(boss, kind, body="別的 {n}", version=1)
    with pytest.raises(CannotDo):
        edit(boss, kind)
    assert queries.template(kind).version == 2


def test_a_template_that_makes_no_sense_cannot_be_registered() -> None:
    with pytest.raises(ValueError, match="whom"):
        templates.register("tests.wrong", "錯", "{whom}", "", (), {})
    with pytest.raises(ValueError, match="who"):
        templates.register("tests.wrong", "錯", "{who}", "", ("who",), {})
    assert templates.shipped("tests.wrong") is None
