"""Addresses of promises, inside planning's."""

from django.urls import path

from shizheng.domains.planning.pages import promise_editing, promise_list, promise_public, promises

PATTERNS = [
    path("promises/", promises.dashboard, name="promises"),
    path("promises/list/", promise_list.PromiseList.as_view(), name="promise_list"),
    path("promises/new/", promise_editing.new_programme, name="new_programme"),
    path("promises/programmes/<int:programme_id>/", promises.tree, name="programme"),
    path(
        "promises/programmes/<int:programme_id>/edit/", promise_editing.edit_programme, name="edit_programme"
    ),
    path("promises/programmes/<int:programme_id>/add/", promise_editing.add, name="add_promise"),
    path("promises/programmes/<int:programme_id>/import/", promise_editing.upload, name="import_promises"),
    path(
        "promises/programmes/<int:programme_id>/publish/", promise_editing.publish, name="publish_programme"
    ),
    path(
        "promises/programmes/<int:programme_id>/withdraw/",
        promise_editing.withdraw,
        name="withdraw_programme",
    ),
    path("promises/programmes/<int:programme_id>/sheet.<slug:format>", promises.sheet, name="promise_sheet"),
    path("promises/<int:promise_id>/", promises.promise, name="promise"),
    path("promises/<int:promise_id>/edit/", promise_editing.edit, name="edit_promise"),
    path("promises/<int:promise_id>/move/", promise_editing.move, name="move_promise"),
    path("promises/<int:promise_id>/retire/", promise_editing.retire, name="retire_promise"),
    path("promises/<int:promise_id>/resume/", promise_editing.resume, name="resume_promise"),
    path("public/promises/", promise_public.programmes, name="public_promises"),
    path("public/promises/<int:programme_id>/", promise_public.programme, name="public_programme"),
    path(
        "public/promises/<int:programme_id>/promises.json",
        promise_public.as_json,
        name="public_promises_json",
    ),
    path(
        "public/promises/<int:programme_id>/promises.csv", promise_public.as_csv, name="public_promises_csv"
    ),
]
