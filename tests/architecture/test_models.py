"""What holds for every model of every app."""

from collections.abc import Iterator

import pytest
from django.apps import apps
from django.db import models

from shizheng.kernel.history.triggers import is_append_only, is_tracked, own_models

KERNEL = [
    "history",
    "jobs",
    "calendar",
    "organisations",
    "people",
    "files",
    "rulebook",
    "notifications",
    "measures",
    "routing",
    "publication",
    "filing",
    "cases",
    "intake",
    "meetings",
]  # low to high


def rank(app_label: str) -> int:
    """How far outside an app stands: the kernel in its order, then every domain on one ring."""
    return KERNEL.index(app_label) if app_label in KERNEL else len(KERNEL)


def foreign_keys() -> Iterator[tuple[type[models.Model], models.ForeignKey]]:
    for model in own_models():
        for field in model._meta.concrete_fields:
            if isinstance(field, models.ForeignKey):
                yield model, field


def test_every_app_of_the_kernel_has_its_place_in_the_order() -> None:
    apps_of_models = {model._meta.app_label for model in own_models() if ".kernel." in model.__module__}
    assert apps_of_models == set(KERNEL)


def test_foreign_keys_point_inwards_and_never_from_domain_to_domain() -> None:
    wrong = []
    for model, field in foreign_keys():
        here, there = model._meta.app_label, field.related_model._meta.app_label
        if here == there or not field.related_model.__module__.startswith("shizheng."):
            continue
        if rank(there) >= rank(here):
            wrong.append(f"{model._meta.label}.{field.name} → {field.related_model._meta.label}")
    assert wrong == []


@pytest.mark.parametrize("model", list(own_models()), ids=lambda m: m._meta.label)
def test_every_model_field_and_choice_has_a_chinese_label(model: type[models.Model]) -> None:
    def chinese(text: object) -> bool:
        return any("一" <= letter <= "鿿" for letter in str(text))

    assert chinese(model._meta.verbose_name), "the model's verbose_name"
    for field in model._meta.concrete_fields:
        if field.name == "id" or field.primary_key:
            continue
        assert chinese(field.verbose_name), f"{field.name}: {field.verbose_name!r}"
        for value, label in field.choices or ():
            assert (
                chinese(label)
                or str(label).isascii() is False
                or str(value) == str(label)
                or label == "English"
            ), f"{field.name}: choice {value!r} is called {label!r}"


def test_every_model_keeps_history_or_says_why_not() -> None:
    for model in own_models():
        if not is_append_only(model) and not is_tracked(model):
            assert len(model.untracked) > 10, f"{model._meta.label}: `untracked` must give the reason"


@pytest.mark.django_db
def test_the_database_has_a_trigger_for_every_model() -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT tgrelid::regclass::text, tgname FROM pg_trigger WHERE tgname LIKE 'history_%'")
        there = {(table.strip('"'), name) for table, name in cursor.fetchall()}
    for model in own_models():
        table = model._meta.db_table
        if is_append_only(model):
            assert (table, "history_refuse") in there and (table, "history_refuse_truncate") in there
        elif is_tracked(model):
            assert (table, "history_record") in there


def test_every_app_of_ours_says_what_it_is_for() -> None:
    from pathlib import Path

    for config in apps.get_app_configs():
        if config.name.startswith("shizheng."):
            readme = Path(config.path) / "README.md"
            assert readme.exists() and len(readme.read_text(encoding="utf-8")) > 200, (
                f"{config.name}/README.md"
            )
