"""Addresses of the month: boards, ranking, streaks."""

from django.urls import path

from shizheng.domains.projects.pages import boards, ranking

PATTERNS = [
    path("", boards.city, name="board"),
    path("agencies/<int:unit_id>/", boards.agency, name="agency_board"),
    path("ranking/", ranking.ranking, name="ranking"),
    path("streaks/", ranking.streaks, name="streaks"),
]
