"""The classifier itself: n-grams, calibration, figures, the words that decide, bytes; no database."""

import io
import json
import zipfile

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shizheng.kernel.routing.rules import (
    CannotTrain,
    EmptyText,
    Example,
    NotAModel,
    TextModel,
    calibration,
    label_words,
    linear,
    metrics,
    pack,
    train,
    unpack,
)  # fmt: skip
from shizheng.kernel.routing.rules.grams import grams, learn
from shizheng.kernel.routing.rules.text import Stripper, prepared
from shizheng.kernel.routing.tests.made import WORDS, cases

PLAIN = st.text(alphabet="路燈不亮 abc，𠮷1", max_size=30)


@pytest.fixture(scope="module")
def model() -> TextModel:
    return train(cases(400))


def test_texts_that_mean_the_same_are_read_the_same_and_keep_no_numbers() -> None:
    assert prepared(" ＡＢＣ\n１２３　號 ") == "abc 000 號" == prepared("abc 456 號")
    assert len(prepared("字" * 10_000)) == 4_000


def test_names_of_labels_and_their_parts_are_taken_out_longest_first() -> None:
    words = label_words(["路燈、號誌", "路燈故障", "水"])
    assert words[0] == "路燈、號誌" and {"路燈", "號誌", "路燈故障"} <= set(words) and "水" not in words
    assert Stripper(words)("民權路路燈故障一支") == "民權路 一支"


@settings(max_examples=60, deadline=None)
@given(st.lists(PLAIN, min_size=1, max_size=6))
def test_many_texts_together_give_the_n_grams_of_each_alone(texts: list[str]) -> None:
    together = grams(texts)
    for number, text in enumerate(texts):
        alone = grams([text])
        here = together.texts == number
        assert sorted(together.keys[here]) == sorted(alone.keys)
        padded = f" {text} "
        spelt = {padded[s + 1 : s + 1 + n] for s, n in zip(alone.starts, alone.lengths, strict=True)}
        assert len(spelt) == len(set(alone.keys.tolist()))
        assert all(1 <= len(each) <= 3 and each != " " for each in spelt)


@settings(max_examples=40, deadline=None)
@given(st.lists(PLAIN, min_size=1, max_size=6))
def test_a_text_has_the_same_vector_alone_as_among_others(texts: list[str]) -> None:
    vectoriser = learn(texts, at_least=1)
    rows = linear.matrix(vectoriser, texts).toarray()
    for row, text in zip(rows, texts, strict=True):
        columns, values = vectoriser.vector(text)
        lone = np.zeros(len(vectoriser.keys))
        lone[columns] = values
        assert np.allclose(row, lone, atol=1e-6)
        assert not len(values) or np.isclose((values**2).sum(), 1, atol=1e-4)


def test_figures_are_those_of_the_library_that_everybody_knows() -> None:
    from sklearn.metrics import accuracy_score, f1_score

    chance = np.random.default_rng(7)
    right, said = chance.integers(0, 6, 500), chance.integers(0, 5, 500)
    assert metrics.accuracy(right, said) == pytest.approx(accuracy_score(right, said))
    assert metrics.macro_f1(right, said) == pytest.approx(f1_score(right, said, average="macro"))


def test_an_unknown_label_and_no_answer_are_both_wrong() -> None:
    right, said = np.array([-1, 0, 1]), np.array([-2, -2, 1])
    assert metrics.accuracy(right, said) == pytest.approx(1 / 3)


@settings(max_examples=100, deadline=None)
@given(
    st.lists(st.tuples(st.booleans(), st.integers(0, 20)), min_size=1, max_size=60),
    st.sampled_from([0.5, 0.9, 0.95]),
)
def test_coverage_is_the_most_that_a_threshold_can_take_at_that_precision(
    answers: list[tuple[bool, int]], precision: float
) -> None:
    right = np.array([int(good) for good, _level in answers])
    said, confidence = (
        np.ones(len(answers), dtype=np.int64),
        np.array([level / 20 for _good, level in answers]),
    )
    share, threshold = metrics.coverage_at(right, said, confidence, precision)
    best = max(
        (float((confidence >= cut).mean()) for cut in set(confidence.tolist())
         if (right[confidence >= cut] == 1).mean() >= precision - 1e-9),
        default=0.0,
    )  # fmt: skip
    assert share == pytest.approx(best)
    assert (threshold is None) == (share == 0.0)
    if threshold is not None:
        assert float((confidence >= threshold).mean()) == pytest.approx(share)


def test_calibration_takes_false_confidence_away() -> None:
    chance = np.random.default_rng(3)
    labels = chance.integers(0, 4, 4000)
    scores = chance.normal(size=(4000, 4))
    scores[np.arange(4000), labels] += 1.0
    loud = scores * 10
    before, after = calibration.fit(loud[:0], labels[:0]), calibration.fit(loud[:2000], labels[:2000])

    def error(found: calibration.Calibration) -> float:
        shares = found.probabilities(loud[2000:])
        return metrics.calibration_error(labels[2000:], shares.argmax(axis=1), shares.max(axis=1))

    assert error(before) > 0.2 and error(after) < 0.04
    assert np.allclose(after.probabilities(loud).sum(axis=1), 1)


def test_a_model_knows_what_it_was_taught_and_says_which_words_decided(model: TextModel) -> None:
    found = model.predict("民權街路面坑洞很深")
    assert found.label == "道路" and found.confidence > 0.6
    assert any("坑洞" in word.text or "路面" in word.text for word in found.words[:2])
    assert {each.label for each in found.alternatives} == set(WORDS) - {"道路"}
    assert sum(each.confidence for each in found.alternatives) + found.confidence == pytest.approx(1)
    assert 0 < sum(word.part for word in found.words) <= 1.001


def test_the_words_are_those_of_the_text_as_it_was_written(model: TextModel) -> None:
    text = "ＡＢ巷１２３號 卡拉ＯＫ太大聲"
    words = [word.text for word in model.predict(text).words]
    assert words and all(word in text for word in words)


def test_nothing_is_said_of_an_empty_text(model: TextModel) -> None:
    for text in ("", " \n　", "\u200b"):
        with pytest.raises(EmptyText):
            model.predict(text)
    given, confidence = model.answers(["", "路燈不亮"])
    assert given[0] == -2 and confidence[0] == 0 and given[1] >= 0


def test_the_newest_cases_are_held_back_and_the_card_says_how_good_it_was_on_them(model: TextModel) -> None:
    card = model.card
    assert (
        card["held_back"] == "time"
        and card["times"]["first"] < card["times"]["measured_from"] < card["times"]["last"]
    )
    assert card["n_measured"] + card["n_calibrating"] + card["n_trained_before_measuring"] <= card["n"]
    assert 0.75 < card["measured"]["accuracy"] <= 1 and card["measured"]["n"] == card["n_measured"]
    assert (
        sum(each["n"] for each in card["by_label"])
        == sum(each["n"] for each in card["bins"])
        == card["n_measured"]
    )
    coverage = [each["coverage"] for each in card["thresholds"]]
    assert coverage == sorted(coverage, reverse=True)
    json.dumps(card)


def test_the_same_cases_give_the_same_bytes_whatever_their_order_without_times() -> None:
    some = cases(120, times=False)
    assert pack(train(some)) == pack(train(list(reversed(some))))


def test_a_label_that_is_new_in_the_newest_cases_is_said_and_still_learnt() -> None:
    old = cases(200)
    new = [Example(f"流浪狗受困{n}", "動物", each.at) for n, each in enumerate(cases(215)[200:])]
    model = train([*old, *new])
    assert "動物" in model.labels and model.card["not_in_training"].get("動物", 0) > 0
    assert model.predict("流浪狗受困").label == "動物"


@pytest.mark.parametrize(
    ("some", "code"), [(cases(5), "few"), ([Example("字", "甲")] * 30, "one_label"), ([], "few")]
)
def test_too_little_is_refused(some: list[Example], code: str) -> None:
    with pytest.raises(CannotTrain) as refused:
        train(some)
    assert refused.value.code == code


def test_a_model_comes_back_from_its_bytes_and_answers_the_same(model: TextModel) -> None:
    again = unpack(pack(model))
    assert again.labels == model.labels and again.card == json.loads(json.dumps(model.card))
    for each in cases(40, seed=9):
        before, after = model.predict(each.text), again.predict(each.text)
        assert before.label == after.label and after.confidence == pytest.approx(before.confidence, abs=0.01)


def test_what_is_no_model_is_refused_and_nothing_in_it_is_run(model: TextModel) -> None:
    data = pack(model)

    class Hostile:
        def __reduce__(self) -> tuple[object, tuple[str]]:
            return (pytest.fail, ("a pickle was run",))

    evil = io.BytesIO()
    np.savez(
        evil,
        **{
            name: np.array([Hostile()], dtype=object)
            for name in ("keys", "idf", "weights", "offsets", "calibration", "about")
        },
    )
    for bad in (b"", b"PK", data[:-30], data[: len(data) // 2], b"\x80\x04K\x01.", evil.getvalue(), _with(data, "idf", np.zeros(3, "<f4")),
                _with(data, "weights", np.full_like(model.weights, np.nan, dtype="<f2")), _with(data, "about", np.frombuffer(b"{}", np.uint8))):  # fmt: skip
        with pytest.raises(NotAModel):
            unpack(bad)


def _with(data: bytes, name: str, values: np.ndarray) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w") as new:
        for each in old.namelist():
            if each == f"{name}.npy":
                member = io.BytesIO()
                np.save(member, values)
                new.writestr(each, member.getvalue())
            else:
                new.writestr(each, old.read(each))
    return out.getvalue()
