"""Addresses of meetings."""

from django.urls import path

from shizheng.kernel.meetings.pages import agenda, attendance, boards, lists, meeting, pack, running, series

app_name = "meetings"
urlpatterns = [
    path("", lists.MeetingList.as_view(), name="list"),
    path("plan/", series.plan, name="plan"),
    path("resolutions/", lists.ResolutionList.as_view(), name="resolutions"),
    path("resolutions/<int:pk>/change/", running.change, name="change_resolution"),
    path("resolutions/<int:pk>/strike/", running.strike, name="strike_resolution"),
    path("series/", lists.SeriesList.as_view(), name="series"),
    path("series/new/", series.new_series, name="new_series"),
    path("series/<int:pk>/", boards.board, name="board"),
    path("series/<int:pk>/edit/", series.edit_series, name="edit_series"),
    path("items/<int:pk>/drop/", agenda.drop, name="drop_item"),
    path("items/<int:pk>/keep/", agenda.keep, name="keep_item"),
    path("items/<int:pk>/discussion/", running.discussion, name="discussion"),
    path("items/<int:pk>/move/<slug:where>/", agenda.move, name="move_item"),
    path("attendance/<int:pk>/remove/", attendance.remove, name="remove_attendance"),
    path("<int:pk>/", meeting.meeting, name="meeting"),
    path("<int:pk>/edit/", meeting.edit, name="edit"),
    path("<int:pk>/items/new/", agenda.add, name="add_item"),
    path("<int:pk>/attendance/", attendance.attendance, name="attendance"),
    path("<int:pk>/attendance/invite/", attendance.invite, name="invite"),
    path("<int:pk>/run/", running.run, name="run"),
    path("<int:pk>/resolve/", running.resolve, name="resolve"),
    path("<int:pk>/proof/", meeting.proof, name="proof"),
    path("<int:pk>/pack/", pack.pack, name="pack"),
    path("<int:pk>/pack.<slug:format>", pack.pack_file, name="pack_file"),
    path("<int:pk>/minutes/<slug:code>/<str:name>", pack.minutes_file, name="minutes_file"),
    path("<int:pk>/letters/<int:unit_id>.<slug:format>", pack.letter, name="letter"),
    path("<int:pk>/<slug:act>/", meeting.act, name="act"),
]
