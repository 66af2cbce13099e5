"""Roles, assignments and the matrix."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from shizheng.common import clock
from shizheng.common.errors import BadInput, CannotDo, Conflict, NotPermitted
from shizheng.common.permissions import SYSTEM, declared
from shizheng.kernel.history.actions import recorded
from shizheng.kernel.history.queries import entries_of
from shizheng.kernel.organisations import actions as organisations
from shizheng.kernel.organisations.factories import agency, city, unit
from shizheng.kernel.people import actions, queries
from shizheng.kernel.people.factories import confirmed, person, role
from shizheng.kernel.people.models import Role, RoleAssignment, User

pytestmark = pytest.mark.django_db


def fresh(user: User) -> User:
    return User.objects.get(pk=user.pk)


def test_loading_the_shipped_roles_again_leaves_changes_alone() -> None:
    officer = role("officer")
    actions.change_role(
        SYSTEM, officer.pk, version=None, changes={"permissions": ["planning.view"]}, reason="縮減"
    )
    assert actions.load_shipped_roles() == 0
    assert Role.objects.get(code="officer").permissions == ["planning.view"]


def test_what_is_new_in_a_release_reaches_roles_that_are_there_once(monkeypatch: pytest.MonkeyPatch) -> None:
    from shizheng.kernel.people.actions import roles

    officer, head = role("officer"), role("head")
    mine = [code for code in officer.permissions if code != "calendar.view"]
    actions.change_role(SYSTEM, officer.pk, version=None, changes={"permissions": mine}, reason="不看日曆")
    release = roles.shipped_roles()
    release["officer"]["permissions"] = [*release["officer"]["permissions"], "jobs.view"]
    monkeypatch.setattr(roles, "shipped_roles", lambda: release)

    assert actions.load_shipped_roles() == 1
    after = Role.objects.get(code="officer")
    assert set(after.permissions) == {*mine, "jobs.view"}, "what was taken away stays away"
    entry = entries_of(after)[0]
    assert (entry.actor_name, entry.action) == ("系統", "people.load_shipped_roles")
    assert "jobs.view" in entry.reason
    assert Role.objects.get(code="head").version == head.version

    kept = [code for code in after.permissions if code != "jobs.view"]
    actions.change_role(SYSTEM, officer.pk, version=None, changes={"permissions": kept}, reason="不看工作")
    assert actions.load_shipped_roles() == 0
    assert "jobs.view" not in Role.objects.get(code="officer").permissions


def test_what_a_release_takes_back_goes_unless_people_gave_it() -> None:
    """The acts of an agency in a design review came to the commission's officer once (E04); they are the agency's own."""
    code = "procurement.submit_review"
    officer = role("rdec_officer")
    shipped = officer.permissions
    assert code not in shipped
    with recorded(by=SYSTEM, action="people.load_shipped_roles"):  # as the earlier release made it
        Role.objects.filter(pk=officer.pk).update(permissions=sorted([*shipped, code]))
    assert actions.load_shipped_roles() == 1
    officer.refresh_from_db()
    assert officer.permissions == shipped
    assert code in entries_of(officer)[0].reason
    assert actions.load_shipped_roles() == 0, "once"

    given = {"permissions": [*shipped, code]}
    actions.change_role(SYSTEM, officer.pk, version=None, changes=given, reason="兼辦本會採購")
    assert actions.load_shipped_roles() == 0
    officer.refresh_from_db()
    assert code in officer.permissions, "what people gave stays"


def test_a_role_in_a_unit_reaches_all_below_it_and_nothing_beside_it() -> None:
    bureau, other = agency(), agency()
    section = unit(parent=bureau)
    team = unit(parent=section)
    head = person(role="head", unit=bureau)
    assert head.units_where("people.view") == {bureau.pk, section.pk, team.pk}
    assert head.may("people.view")
    assert head.may("people.view", team.pk)
    assert not head.may("people.view", other.pk)
    assert not head.may("people.view", city().pk)
    assert not head.may("people.manage")
    assert head.units_where("people.manage") == frozenset()


def test_a_role_in_the_city_reaches_everything() -> None:
    leader = person(role="leader")
    assert leader.units_where("planning.view") is None
    assert leader.may("planning.view", agency().pk)


def test_the_reach_of_a_role_follows_the_tree() -> None:
    one, two = agency(), agency()
    section = unit(parent=one)
    head = person(role="head", unit=two)
    assert not head.may("people.view", section.pk)
    organisations.move_unit(
        SYSTEM, section.pk, on=clock.today(), parent_id=two.pk, version=None, reason="改隸"
    )
    assert fresh(head).may("people.view", section.pk)


@pytest.mark.parametrize(
    ("start", "end", "holds"),
    [(-1, None, True), (0, None, True), (1, None, False), (-9, 1, True), (-9, 0, False), (-9, -1, False)],
)
def test_an_assignment_holds_from_its_first_day_until_before_its_last(start, end, holds) -> None:  # type: ignore[no-untyped-def]
    today = clock.today()
    user = person(
        role="leader",
        start_date=today + timedelta(days=start),
        end_date=None if end is None else today + timedelta(days=end),
    )
    assert user.may("planning.view") is holds


def test_a_closed_account_and_a_closed_role_allow_nothing() -> None:
    assert not person(role="leader", is_active=False).may("planning.view")
    user = person(role="leader")
    actions.change_role(SYSTEM, role("leader").pk, version=None, changes={"is_active": False}, reason="停用")
    assert not fresh(user).may("planning.view")


def test_any_number_of_questions_takes_two_queries_at_most() -> None:
    bureau = agency()
    sections = [unit(parent=bureau) for _number in range(4)]
    user = fresh(person(role="head", unit=bureau))
    with CaptureQueriesContext(
        connection,
    ) as seen:
        for section in sections:
            assert user.may("people.view", section.pk)
            assert not user.may("people.manage", section.pk)
            assert user.units_where("planning.view")
        assert user.unit_line
    assert len(seen) <= 2


def test_everybody_sees_the_people_of_the_units_where_they_may_and_themselves() -> None:
    bureau, other = agency(), agency()
    head = person(role="head", unit=bureau)
    mine, theirs = person(unit=unit(parent=bureau)), person(unit=other)
    assert set(queries.visible_to(head)) == {head, mine}
    assert set(queries.visible_to(mine)) == {mine}
    assert {head, mine, theirs} <= set(queries.visible_to(person(role="leader")))


def test_an_administrator_of_one_agency_assigns_roles_only_there() -> None:
    bureau, other = agency(), agency()
    local = role(
        "local", name="機關管理者", permissions=["people.view", "people.assign_roles", "people.manage"]
    )
    administrator = person(role=local, unit=bureau)
    newcomer = person(role=None)
    officer = role("officer")
    actions.assign_role(
        administrator, user_id=newcomer.pk, role_id=officer.pk, unit_id=unit(parent=bureau).pk
    )
    with pytest.raises(NotPermitted):
        actions.assign_role(administrator, user_id=newcomer.pk, role_id=officer.pk, unit_id=other.pk)
    with pytest.raises(NotPermitted):
        actions.change_role(
            administrator, officer.pk, version=None, changes={"permissions": ["planning.publish"]}, reason="x"
        )


def test_nobody_hands_out_power_over_accounts_that_he_does_not_hold() -> None:
    bureau = agency()
    assigner = person(role=role("assigner", permissions=["people.assign_roles"]), unit=bureau)
    with pytest.raises(NotPermitted, match="管理帳號"):
        actions.assign_role(
            assigner, user_id=person(role=None).pk, role_id=role("administrator").pk, unit_id=bureau.pk
        )


def test_one_role_in_one_unit_is_held_once_at_a_time() -> None:
    bureau = agency()
    user = person(unit=bureau)
    with pytest.raises(BadInput, match="已經有"):
        actions.assign_role(SYSTEM, user_id=user.pk, role_id=role("officer").pk, unit_id=bureau.pk)
    with pytest.raises(IntegrityError), transaction.atomic():
        RoleAssignment.objects.create(
            user=user, role=role("officer"), unit=bureau, start_date=date(2026, 1, 1)
        )


def test_the_last_administrator_cannot_be_removed_in_any_way() -> None:
    administrator = person(role="administrator")
    assignment = administrator.assignments.get()
    for removal in (
        lambda: actions.end_assignment(administrator, assignment.pk, reason="離職"),
        lambda: actions.end_assignment(
            administrator, assignment.pk, on=clock.today() + timedelta(days=30), reason="下個月離職"
        ),
        lambda: actions.change_person(
            administrator, administrator.pk, version=None, changes={"is_active": False}, reason="離職"
        ),
        lambda: actions.set_matrix(
            administrator,
            {role("administrator").pk: ["people.view"]},
            versions={role("administrator").pk: role("administrator").version},
            reason="誤按",
        ),
        lambda: actions.change_role(
            administrator, role("administrator").pk, version=None, changes={"is_active": False}, reason="誤按"
        ),
    ):
        with pytest.raises(CannotDo, match="沒有人能管理帳號"):
            removal()
        assert fresh(administrator).may("people.manage")
    successor = person(role="administrator")
    actions.end_assignment(successor, assignment.pk, reason="離職")
    assert not fresh(administrator).may("people.manage")


def test_taking_a_role_away_needs_a_reason_and_leaves_the_past() -> None:
    person(role="administrator")
    administrator, user = person(role="administrator"), person(role="leader")
    assignment = user.assignments.get()
    with pytest.raises(BadInput, match="理由"):
        actions.end_assignment(administrator, assignment.pk, reason="")
    with pytest.raises(BadInput, match="不能早於今天"):
        actions.end_assignment(administrator, assignment.pk, on=date(2020, 1, 1), reason="回溯")
    actions.end_assignment(administrator, assignment.pk, reason="調職")
    assert not fresh(user).may("planning.view")
    assert queries.assignments_of(user.pk)[0].end_date == clock.today()
    assert entries_of(assignment)[0].reason == "調職"


def test_of_two_administrators_who_edit_one_role_the_second_is_told() -> None:
    first, second = person(role="administrator"), person(role="administrator")
    officer = role("officer")
    actions.set_matrix(
        first, {officer.pk: ["planning.view"]}, versions={officer.pk: officer.version}, reason="甲"
    )
    with pytest.raises(Conflict, match="又改過"):
        actions.set_matrix(
            second, {officer.pk: ["planning.edit"]}, versions={officer.pk: officer.version}, reason="乙"
        )
    assert Role.objects.get(pk=officer.pk).permissions == ["planning.view"]


def test_two_administrators_may_edit_two_roles_at_once() -> None:
    first, second = person(role="administrator"), person(role="administrator")
    officer, head = role("officer"), role("head")
    versions = {officer.pk: officer.version, head.pk: head.version}
    both = {officer.pk: officer.permissions, head.pk: head.permissions}
    actions.set_matrix(first, {**both, officer.pk: ["planning.view"]}, versions=versions, reason="甲")
    changed = actions.set_matrix(
        second, {officer.pk: ["planning.view"], head.pk: ["planning.view"]}, versions=versions, reason="乙"
    )
    assert changed == [head]


def test_a_permission_that_no_app_declares_is_refused() -> None:
    with pytest.raises(BadInput, match=r"nonsense\.do"):
        actions.create_role(SYSTEM, code="odd", name="怪", permissions=["nonsense.do"])


def test_the_matrix_shows_every_permission_and_is_edited_with_a_reason(client) -> None:  # type: ignore[no-untyped-def]
    administrator = person(role="administrator", second_factor=True)
    client.force_login(administrator)
    confirmed(client)
    page = client.get("/people/roles/").content.decode()
    for permission in declared():
        assert permission.code in page
    officer = role("officer")
    form = {f"version-{r.pk}": str(r.version) for r in Role.objects.all()}
    form |= {f"role-{r.pk}": r.permissions for r in Role.objects.exclude(pk=officer.pk)}
    form[f"role-{officer.pk}"] = ["planning.view", "organisations.view"]
    refused = client.post("/people/roles/", form)
    assert refused.status_code == 422
    assert "請寫理由" in refused.content.decode()
    assert "未存" in refused.content.decode()
    saved = client.post("/people/roles/", {**form, "reason": "年度檢討"})
    assert saved.status_code == 302
    assert Role.objects.get(pk=officer.pk).permissions == ["organisations.view", "planning.view"]
    assert entries_of(officer)[0].reason == "年度檢討"


def test_the_matrix_can_be_taken_away_as_a_file(client) -> None:  # type: ignore[no-untyped-def]
    client.force_login(person(role="auditor", second_factor=True))
    answer = client.get("/people/roles/?export=csv")
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    assert text.splitlines()[0].startswith("組別,權限,代碼,承辦人")
    assert len(text.splitlines()) == len(declared()) + 1


def test_who_may_only_look_finds_no_tick_boxes(client) -> None:  # type: ignore[no-untyped-def]
    client.force_login(person(role="auditor", second_factor=True))
    page = client.get("/people/roles/")
    assert 'type="checkbox"' not in page.content.decode()
    assert client.post("/people/roles/", {"reason": "x"}).status_code == 403


def test_a_role_in_a_unit_that_ended_is_work_for_who_assigns_roles() -> None:
    from shizheng.web import work

    gone, kept = agency(), agency()
    person(role="head", unit=gone, display_name="舊首長")
    person(role="head", unit=kept, display_name="新首長")
    organisations.merge_units(SYSTEM, [gone.pk], into=kept.pk, on=clock.today(), reason="整併")

    def titles(user: User) -> list[str]:
        return [str(item.title) for item in work.items_for(user, clock.today())]

    assert [title for title in titles(person(role="administrator")) if "裁撤" in title] == [
        "舊首長 的角色在已裁撤的機關"
    ]
    assert not [title for title in titles(person(role="leader")) if "裁撤" in title]


def test_an_administrator_of_one_agency_manages_accounts_only_there() -> None:
    from shizheng.kernel.people.models import SignInGuard

    bureau, other = agency(), agency()
    local = person(
        role=role("local", name="機關管理者", permissions=["people.view", "people.manage"]), unit=bureau
    )
    person(role="administrator")
    mine, theirs, both = person(unit=bureau), person(unit=other), person(unit=bureau)
    actions.assign_role(SYSTEM, user_id=both.pk, role_id=role("officer").pk, unit_id=other.pk)
    for user in (mine, theirs, both):
        for _number in range(6):
            actions.note_failure(user.username, "192.0.2.77")
    assert [guard.subject for guard in queries.guards(local)] == [mine.username]
    assert actions.reset_password(local, mine.pk, reason="忘記")
    for user in (theirs, both, person(role=None)):
        for refused in (
            lambda user=user: actions.reset_password(local, user.pk, reason="x"),
            lambda user=user: actions.reset_second_factor(local, user.pk, reason="x"),
            lambda user=user: actions.end_sessions(local, user.pk, reason="x"),
            lambda user=user: actions.change_person(local, user.pk, version=None, changes={"job_title": "x"}),
        ):
            with pytest.raises(NotPermitted):
                refused()
    with pytest.raises(CannotDo):
        actions.unlock(local, SignInGuard.objects.get(subject=theirs.username).pk, reason="x")


@pytest.mark.parametrize(
    ("role_code", "address"),
    [
        ("auditor", "/history/"),
        ("auditor", "/api/v1/history/"),
        ("administrator", "/jobs/"),
        ("administrator", "/api/v1/jobs/"),
        ("rdec_officer", "/calendar/days/2026-10-06/revise/"),
    ],
)
def test_what_cannot_be_cut_by_unit_is_held_in_the_city_government_alone(
    client: Client, role_code: str, address: str
) -> None:
    """An administrator of one agency may assign such a role there; the whole city's history is not his to read."""
    bureau = agency()
    for unit_given, allowed in ((bureau, False), (None, True)):
        somebody = person(role=role_code, unit=unit_given, second_factor=True)
        client.force_login(somebody)
        assert (client.get(address).status_code == 403) is not allowed
        codes = somebody.authority.permissions
        assert ({"history.view", "jobs.view", "jobs.manage", "calendar.revise"} & codes != set()) is allowed


def test_who_comes_to_another_agency_tomorrow_is_not_managed_by_this_one_alone() -> None:
    bureau = agency()
    local = person(
        role=role("local_admin", name="機關管理者", permissions=["people.view", "people.manage"]), unit=bureau
    )
    coming = person(unit=bureau)
    assert queries.may_manage(local, coming.pk)
    actions.assign_role(
        SYSTEM,
        user_id=coming.pk,
        role_id=role("administrator").pk,
        unit_id=city().pk,
        start_date=clock.today() + timedelta(days=1),
    )
    assert not queries.may_manage(local, coming.pk)
    with pytest.raises(NotPermitted):
        actions.reset_second_factor(local, coming.pk, reason="換手機")


@pytest.mark.django_db
def test_nobody_gives_a_role_to_oneself() -> None:
    administrator = person(role="administrator")
    with pytest.raises(NotPermitted, match="不能替自己"):
        actions.assign_role(
            administrator,
            user_id=administrator.pk,
            role_id=role("rdec_head").pk,
            unit_id=city().pk,
            reason="想公布",
        )


def test_the_history_of_roles_shows_one_line_for_one_act(client: Client) -> None:
    Role.objects.all().delete()
    made = actions.load_shipped_roles()
    client.force_login(person(role="administrator", second_factor=True))
    page = client.get("/people/roles/").content.decode()
    assert page.count("載入隨附的角色") == 1 and f"{made} 筆資料" in page
