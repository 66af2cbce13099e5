"""Addresses of the yearly assessment."""

from django.urls import path

from shizheng.domains.projects.pages import assessments

YEAR = "register/assessments/<int:roc_year>/"
PATTERNS = [
    path("register/assessments/", assessments.assessments, name="assessments"),
    path(YEAR, assessments.AssessedList.as_view(), name="assessment"),
    path(f"{YEAR}sign/", assessments.sign, name="sign_assessment"),
    path(f"{YEAR}recount/", assessments.recount, name="recount_assessment"),
    path(f"{YEAR}reopen/", assessments.reopen, name="reopen_assessment"),
    path(f"{YEAR}<int:project_id>/", assessments.assessed, name="assessed"),
    path(f"{YEAR}<int:project_id>/score/", assessments.score, name="score_tender"),
]
