from django.urls import path

from shizheng.kernel.people import pages, pages_calendar, pages_delegations, pages_me, pages_roles

app_name = "people"
urlpatterns = [
    path("", pages.PeopleList.as_view(), name="people"),
    path("new/", pages.new, name="new"),
    path("me/", pages_me.me, name="me"),
    path("me/tokens/new/", pages_me.new_token, name="new_token"),
    path("me/tokens/<int:pk>/revoke/", pages_me.revoke_token, name="revoke_token"),
    path("me/calendar/new/", pages_calendar.new_calendar, name="new_calendar"),
    path("calendar/<str:secret>.ics", pages_calendar.feed, name="calendar"),
    path("me/sessions/<int:pk>/end/", pages_me.end_session, name="end_session"),
    path("delegations/", pages_delegations.DelegationList.as_view(), name="delegations"),
    path("delegations/new/", pages_delegations.new_delegation, name="new_delegation"),
    path("delegations/<int:pk>/end/", pages_delegations.end_delegation, name="end_delegation"),
    path("roles/", pages_roles.matrix, name="matrix"),
    path("roles/new/", pages_roles.new_role, name="new_role"),
    path("roles/<int:pk>/", pages_roles.role, name="role"),
    path("roles/<int:pk>/change/", pages_roles.change_role, name="change_role"),
    path("locks/", pages.guards, name="guards"),
    path("tokens/<int:pk>/revoke/", pages.revoke_token, name="revoke_others_token"),
    path("assignments/<int:pk>/end/", pages.end_assignment, name="end_assignment"),
    path("<int:pk>/", pages.person, name="person"),
    path("<int:pk>/<slug:act>/", pages.act, name="act"),
]
