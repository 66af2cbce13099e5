"""A score sheet is issued as it stood, and evaluates to the same again after what it rests on has changed."""

from types import SimpleNamespace

import pytest
from django.utils import translation

from shizheng.common import words
from shizheng.common.errors import CannotDo
from shizheng.domains.planning.models import Plan
from shizheng.domains.planning.publications import scores
from shizheng.domains.planning.tests.test_scores import filed, rules
from shizheng.kernel.publication import actions, queries

pytestmark = pytest.mark.django_db
__all__ = ["filed", "rules"]


def test_a_sheet_is_issued_with_its_figures_and_rules(town: SimpleNamespace, filed: Plan) -> None:
    made = actions.issue(town.rdec_head, "planning.scores", filed.pk, reason="年底結算")
    assert made.facts["score"] == "71.06" and made.facts["grade"] == "乙等" and made.facts["weights"] == "25"
    assert [each["name"] for each in made.facts["rules"]] == ["score.bands@1", "score.lower_is_better@1"]
    assert [each["uncounted"] for each in made.facts["kpis"]] == [None, "not_filed", None]
    assert {each.format for each in made.artefacts.all()} >= {"odt", "pdf", "xlsx", "ods", "csv", "json"}
    assert all(check.same for check in queries.recomputed(made))


def test_what_is_issued_is_chinese_whoever_issues_it_and_its_title_is_read_in_english(
    town: SimpleNamespace, filed: Plan
) -> None:
    with translation.override("en"):
        made = actions.issue(town.rdec_head, "planning.scores", filed.pk, reason="年底結算")
        assert (
            words.read(made.title)
            == f"{words.read(made.unit.name)}: performance score sheet of {filed.roc_year + 1911}"
        )
        assert queries.document_differences(made) == []
        with pytest.raises(CannotDo, match="no new edition"):
            actions.issue(town.rdec_head, "planning.scores", filed.pk)
    with pytest.raises(CannotDo, match="沒有再公布一版"):
        actions.issue(town.rdec_head, "planning.scores", filed.pk)
    assert made.title == f"{made.unit.name} {filed.roc_year} 年度施政績效評分表"
    texts = [each.text for each in made.figures.all()] + [each["text"] for each in made.facts["kpis"]]
    assert any("未填報" in text for text in texts) and not any("Not filed" in text for text in texts)


def test_what_is_still_running_or_a_draft_is_not_issued(town: SimpleNamespace, draft: Plan) -> None:
    with pytest.raises(CannotDo, match="草稿"):
        scores.gather(draft.pk)
