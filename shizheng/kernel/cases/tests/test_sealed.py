"""What is sealed opens to few, each opening is kept, and without its key it opens to nobody."""

from types import SimpleNamespace

import pytest
from django.db import connection

from shizheng.common.errors import BadInput, CannotDo, NotFound, NotPermitted
from shizheng.kernel.cases import actions, keys, queries
from shizheng.kernel.cases.models import Case, CaseKey, CaseReading, Confidentiality, SealedPart
from shizheng.kernel.cases.tests.conftest import act, opened
from shizheng.kernel.history.models import Entry

pytestmark = pytest.mark.django_db
NAME = "林小美"


def everything_kept() -> str:
    """Every row of every table of this app, and all of history, as the database holds them."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tablename FROM pg_tables WHERE tablename LIKE 'cases_%' OR tablename = 'history_entry'"
        )
        tables = [name for (name,) in cursor.fetchall()]
        said = []
        for table in tables:
            cursor.execute(f'SELECT to_jsonb(t)::text FROM "{table}" t')
            said += [row for (row,) in cursor.fetchall()]
    return "\n".join(said)


def test_a_sealed_text_stands_nowhere_in_the_clear_and_its_key_not_in_history(case: Case) -> None:
    kept = everything_kept()
    assert NAME not in kept and NAME.encode().hex() not in kept and len(kept) > 1000
    wrapped = bytes(CaseKey.objects.get(case=case).wrapped).hex()
    assert wrapped not in "".join(str(each.after) for each in Entry.objects.filter(model="cases.casekey"))
    assert Entry.objects.filter(model="cases.casekey", object_id=str(case.key.pk)).exists()


def test_each_opening_is_written_down_with_its_purpose(case: Case, town: SimpleNamespace) -> None:
    assert actions.read_sealed(town.head, case.pk, "name", purpose="電話聯絡") == NAME
    (reading,) = CaseReading.objects.all()
    assert (reading.case_id, reading.name, reading.reader_id, reading.purpose) == (
        case.pk, "name", town.head.pk, "電話聯絡",
    )  # fmt: skip
    for actor in (town.officer, town.chief, town.other):
        with pytest.raises(NotPermitted):
            actions.read_sealed(actor, case.pk, "name", purpose="好奇")
    with pytest.raises(BadInput):
        actions.read_sealed(town.head, case.pk, "name", purpose="  ")
    with pytest.raises(NotFound):
        actions.read_sealed(town.head, case.pk, "phone", purpose="電話聯絡")
    assert CaseReading.objects.count() == 1


def test_a_text_is_sealed_later_and_replaced(case: Case, town: SimpleNamespace) -> None:
    actions.seal(town.officer, case.pk, "phone", "0912-000-000", version=None)
    actions.seal(town.officer, case.pk, "phone", "0987-000-000", version=None)
    assert actions.read_sealed(town.head, case.pk, "phone", purpose="電話聯絡") == "0987-000-000"
    with pytest.raises(NotPermitted):
        actions.seal(town.head, case.pk, "phone", "x", version=None)


def test_a_ciphertext_opens_in_no_other_case_under_no_other_name_and_not_once_changed(
    case: Case, town: SimpleNamespace
) -> None:
    other = opened(town)
    wrapped = bytes(case.key.wrapped)
    ciphertext = bytes(SealedPart.objects.get(case=case).ciphertext)
    assert keys.unlock(wrapped, case.pk, "name", ciphertext) == NAME
    for key, pk, name, data in (
        (bytes(other.key.wrapped), other.pk, "name", ciphertext),
        (wrapped, other.pk, "name", ciphertext),
        (wrapped, case.pk, "phone", ciphertext),
        (wrapped, case.pk, "name", ciphertext[:-1] + bytes([ciphertext[-1] ^ 1])),
    ):
        with pytest.raises(keys.CannotOpen):
            keys.unlock(key, pk, name, data)


def test_without_its_key_a_case_says_nothing_of_anybody_any_more(case: Case, town: SimpleNamespace) -> None:
    with pytest.raises(CannotDo, match="還沒有結案"):
        actions.anonymise(town.rdec, case.pk, version=None, reason="保存期限屆滿")
    act(town.officer, case, "accept")
    act(town.chief, case, "close", reason="已修復")
    with pytest.raises(NotPermitted):
        actions.anonymise(town.head, case.pk, version=None, reason="保存期限屆滿")
    found = actions.anonymise(town.rdec, case.pk, version=None, reason="保存期限屆滿")
    key = CaseKey.objects.get(case=case)
    assert found.anonymised_at and key.wrapped is None and key.destroyed_at
    for wrong in (
        lambda: actions.read_sealed(town.head, case.pk, "name", purpose="電話聯絡"),
        lambda: actions.seal(town.officer, case.pk, "name", "x", version=None),
        lambda: actions.anonymise(town.rdec, case.pk, version=None, reason="再一次"),
    ):
        with pytest.raises(CannotDo, match="已經去識別"):
            wrong()
    assert NAME not in everything_kept() and SealedPart.objects.filter(case=case).exists()


def test_a_restricted_case_is_seen_by_who_may_read_what_is_sealed_and_by_its_officer(
    town: SimpleNamespace, friday: None
) -> None:
    hidden = opened(town, confidentiality=Confidentiality.RESTRICTED)
    assert [queries.may_read(who, hidden.pk) for who in (town.head, town.rdec)] == [True, True]
    assert [queries.may_read(who, hidden.pk) for who in (town.officer, town.chief, town.other)] == [False] * 3
    actions.assign(town.rdec, hidden.pk, version=None, unit_id=town.works.pk, officer_id=town.officer.pk)
    assert queries.case_of(town.officer, hidden.pk).pk == hidden.pk and not queries.may_read(
        town.officer2, hidden.pk
    )
    with pytest.raises(NotFound):
        queries.case_of(town.chief, hidden.pk)
