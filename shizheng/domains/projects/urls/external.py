"""Addresses of what other systems say of tenders."""

from django.urls import path

from shizheng.domains.projects.pages import candidates, external, pcc

PATTERNS = [
    path("external/", external.DifferenceList.as_view(), name="differences"),
    path("external/tenders/<int:project_id>/", external.compare, name="compare"),
    path("external/candidates/", candidates.CandidateList.as_view(), name="candidates"),
    path("external/candidates/<int:record_id>/", candidates.candidate, name="candidate"),
    path("external/candidates/<int:record_id>/register/", candidates.register_candidate, name="register_candidate"),
    path("external/pcc/", pcc.fill, name="pcc"),
    path("external/pcc/urge/", pcc.urge, name="pcc_urge"),
    path("external/pcc/import/", pcc.read_in, name="pcc_import"),
]  # fmt: skip
