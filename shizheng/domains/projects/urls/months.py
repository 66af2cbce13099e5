"""Addresses of the month: boards, ranking, streaks, the bulletin."""

from django.urls import path

from shizheng.domains.projects.pages import boards, bulletin, memo, my_month, ranking

PATTERNS = [
    path("", boards.city, name="board"),
    path("agencies/<int:unit_id>/", boards.agency, name="agency_board"),
    path("month/", my_month.my_month, name="my_month"),
    path("ranking/", ranking.ranking, name="ranking"),
    path("bulletins/", bulletin.bulletins, name="bulletins"),
    path("bulletins/<str:period>/", bulletin.bulletin, name="bulletin"),
    path("bulletins/<str:period>/publish/", bulletin.publish, name="publish_bulletin"),
    path("streaks/memo.<slug:format>", memo.memo, name="streak_memo"),
    path("streaks/", ranking.streaks, name="streaks"),
]
