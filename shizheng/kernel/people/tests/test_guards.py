"""Counting failures at the door by address, and forgetting them in time."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.test import Client
from procrastinate.contrib.django import app

from shizheng.common import clock
from shizheng.kernel.history.queries import entries_of
from shizheng.kernel.jobs.actions import defer
from shizheng.kernel.people import actions
from shizheng.kernel.people.actions.door import SignInLocked, place_of
from shizheng.kernel.people.factories import confirmed, person
from shizheng.kernel.people.models import SignInEvent, SignInGuard

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("address", "place"),
    [
        ("203.0.113.9", "203.0.113.9"),
        ("2001:db8:1:2:aaaa::1", "2001:db8:1:2::/64"),
        ("2001:DB8:1:2::ffff", "2001:db8:1:2::/64"),
        ("2001:db8:1:3::1", "2001:db8:1:3::/64"),
        ("::ffff:203.0.113.9", "203.0.113.9"),
        ("unix:", "unix:"),
        ("", ""),
    ],
)
def test_failures_are_counted_against_the_network_that_one_customer_holds(address: str, place: str) -> None:
    assert place_of(address) == place


def test_another_address_of_the_same_64_is_locked_with_it_and_a_neighbour_is_not() -> None:
    for number in range(settings.LOCKOUT_FAILURES * 10):
        actions.note_failure(f"guess{number}", f"2001:db8:1:2::{number:x}")
    with pytest.raises(SignInLocked):
        actions.refuse_if_locked("somebody", "2001:db8:1:2:ffff::1")
    actions.refuse_if_locked("somebody", "2001:db8:1:3::1")
    guard = SignInGuard.objects.get(kind="address")
    assert guard.subject == "2001:db8:1:2::/64"
    assert SignInEvent.objects.filter(address="2001:db8:1:2::1").exists()  # the record names the one address


def test_old_counts_are_forgotten_and_those_that_lock_or_are_fresh_stay() -> None:
    now = clock.now()
    with clock.set_to(now - timedelta(days=8)):
        actions.note_failure("long.ago", "192.0.2.1")
    with clock.set_to(now - timedelta(days=6)):
        actions.note_failure("last.week", "192.0.2.2")
    locked = SignInGuard.objects.get(subject="192.0.2.1")
    SignInGuard.objects.filter(pk=locked.pk).update(locked_until=now + timedelta(minutes=1))
    gone = SignInGuard.objects.exclude(subject="192.0.2.1").order_by("last_failure_at")[0]
    assert actions.forget_old_guards() == 1
    assert not SignInGuard.objects.filter(pk=gone.pk).exists()
    assert SignInGuard.objects.count() == 3
    assert entries_of(gone._meta.label_lower, gone.pk)[0].action == "people.forget_old_guards"


def test_the_night_s_job_is_known_by_its_name() -> None:
    app.perform_import_paths()
    assert "people.forget_old_guards" in app.tasks
    names = {task.task.name for task in app.periodic_registry.periodic_tasks.values()}
    assert "people.forget_old_guards" in names
    assert defer("people.forget_old_guards", timestamp=0)


def test_a_locked_account_shows_how_often_it_failed_and_counts_anew_afterwards(client: Client) -> None:
    user = person()
    for _number in range(settings.LOCKOUT_FAILURES):
        actions.note_failure(user.username, "")
    locked = SignInGuard.objects.get(kind="account", subject=user.username)
    assert locked.locked_until is not None and locked.failures == settings.LOCKOUT_FAILURES
    client.force_login(person(role="administrator", second_factor=True))
    confirmed(client)
    page = client.get("/people/locks/").content.decode()
    row = page.split(f"<code>{user.username}</code>")[1].split("</tr>")[0]
    assert f">{settings.LOCKOUT_FAILURES}</td>" in row and "—" not in row
    until = locked.locked_until
    actions.note_failure(user.username, "")
    locked.refresh_from_db()
    assert (locked.locked_until, locked.failures) == (until, settings.LOCKOUT_FAILURES + 1)
    with clock.set_to(until):
        actions.note_failure(user.username, "")
    locked.refresh_from_db()
    assert (locked.locked_until, locked.failures) == (None, 1)
