"""Addresses of grant years."""

from django.urls import path

from shizheng.domains.projects.pages import grant_editing, grants

PATTERNS = [
    path("grants/", grants.GrantList.as_view(), name="grants"),
    path("grants/new/", grant_editing.new_year, name="new_grant_year"),
    path("grants/<int:year_id>/", grants.year, name="grant_year"),
    path("grants/<int:year_id>/edit/", grant_editing.edit_year, name="edit_grant_year"),
    path("grants/<int:year_id>/calendar/", grants.deadlines, name="grant_calendar"),
    path("grants/<int:year_id>/report/", grant_editing.report, name="grant_report"),
    path("grants/<int:year_id>/items/new/", grant_editing.new_item, name="new_grant_item"),
    path("grants/items/<int:item_id>/", grants.item, name="grant_item"),
    path("grants/items/<int:item_id>/edit/", grant_editing.edit_item, name="edit_grant_item"),
    path("grants/items/<int:item_id>/drop/", grant_editing.drop_item, name="drop_grant_item"),
]
