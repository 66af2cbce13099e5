"""A report card in words and drawings: figures, calibration, thresholds, labels, time."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from shizheng.common.roc import in_words
from shizheng.kernel.routing.models import ModelVersion, RoutingModel
from shizheng.kernel.routing.tables import moment


def percent(share: float | None) -> str:
    """A share between 0 and 1 as people read it; — of nothing."""
    return "—" if share is None else f"{share * 100:.1f}%"


def strip(row: ModelVersion) -> list[dict[str, Any]]:
    """The figures at the head of a version."""
    card = row.card
    measured = card["measured"]
    at_95 = measured["coverage_at_precision"]["0.95"]
    by = _("時間最新的 %(n)s 筆") if card["held_back"] == "time" else _("隨機留出的 %(n)s 筆")
    by %= {"n": f"{card['n_measured']:,}"}
    return [
        {"label": _("正確率"), "text": percent(measured["accuracy"]),
         "note": _("量自%(by)s；只猜最多的一類是 %(alone)s") % {"by": by, "alone": percent(card["commonest_label_alone"])}},
        {"label": "macro-F1", "text": f"{measured['macro_f1']:.3f}", "note": _("每一類的份量相同")},
        {"label": _("校準誤差 ECE"), "text": f"{measured['ece']:.3f}", "note": _("信心與實際答對的比例平均差多少")},
        {"label": _("精確率 95% 時可自動分派"), "text": percent(at_95), "note": _("前三名之內答對 %(share)s") % {"share": percent(card["right_among_three"])}},
    ]  # fmt: skip


def calibration_chart(card: Mapping[str, Any]) -> dict[str, Any]:
    """Share of right answers beside what a perfect confidence would give, by confidence."""
    bins = card["bins"]
    return {
        "id": "calibration", "kind": "line", "title": _("說幾成把握，就真的對幾成嗎"),
        "note": _("橫軸是信心，縱軸是實際答對的比例（%）；兩條線重合就是校準得好"), "unit": "%", "places": 0,
        "x": [f"{each['low'] * 100:.0f}–{each['high'] * 100:.0f}" for each in bins], "x_label": _("信心（%）"),
        "series": [
            {"name": _("實際答對"), "role": "actual", "data": [round(each["accuracy"] * 100, 1) for each in bins]},
            {"name": _("所說的信心"), "role": "plan", "data": [round(each["confidence"] * 100, 1) for each in bins]},
        ],
        "from": 0, "top": 100,
    }  # fmt: skip


def thresholds(row: RoutingModel, card: Mapping[str, Any]) -> list[dict[str, Any]]:
    """What each threshold would have given; `chosen` is the one in force."""
    in_force = None if row.threshold is None else float(row.threshold)
    return [
        {
            "threshold": each["threshold"], "n": each["n"], "coverage": percent(each["coverage"]),
            "precision": percent(each["precision"]), "at_worst": percent(each["at_worst"]),
            "chosen": in_force is not None and abs(each["threshold"] - in_force) < 1e-9,
        }
        for each in card["thresholds"]
    ]  # fmt: skip


def labels(card: Mapping[str, Any]) -> list[dict[str, Any]]:
    """One row a label, the commonest first."""
    return [
        {
            **each,
            "precision": percent(each["precision"]),
            "recall": percent(each["recall"]),
            "f1": f"{each['f1']:.2f}",
        }
        for each in card["by_label"]
    ]


def drift(card: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The pieces of the measured time, the oldest first."""
    return [
        {
            "days": _("%(start)s 至 %(end)s") % {"start": _day(each["from"]), "end": _day(each["to"])},
            "n": each["n"], "accuracy": percent(each["accuracy"]), "shift": percent(each["shift"]),
        }
        for each in card["drift"]
    ]  # fmt: skip


def times(card: Mapping[str, Any]) -> dict[str, str]:
    """From when to when the examples are, and what was held back; empty where no times are known."""
    return {name: _day(text) for name, text in card.get("times", {}).items()}


def defs(row: ModelVersion) -> Sequence[tuple[str, str]]:
    """What a version was made from."""
    columns = row.card.get("columns", {})
    days = times(row.card)
    found = [(_("訓練資料"), row.made_from), (_("筆數"), f"{row.examples:,}"), (_("類別"), f"{row.labels:,}")]
    if columns.get("text"):
        found += [(_("文字的欄名"), columns["text"]), (_("答案的欄名"), columns["label"])]
    if days:
        found.append((_("期間"), _("%(start)s 至 %(end)s") % {"start": days["first"], "end": days["last"]}))
        found.append((_("量測自"), days["measured_from"]))
    if columns.get("strip"):
        found.append((_("拿掉這些欄的字"), "、".join(columns["strip"])))
    found += [(_("大小"), f"{row.size / 1e6:.1f} MB"), (_("檔案的雜湊"), f"{row.sha256[:16]}…")]
    return found


def _day(text: str) -> str:
    found = moment(text)
    return in_words(found.date(), "short") if found else text
