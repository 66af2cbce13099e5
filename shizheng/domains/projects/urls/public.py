"""Addresses for everybody: tenders as published, and their public photographs."""

from django.urls import path

from shizheng.domains.projects.pages import public

PATTERNS = [
    path("public/", public.tenders, name="public"),
    path("public/<str:number>/", public.tender, name="public_tender"),
    path("public/<str:number>/photos/<int:photo_id>/", public.picture, {"small": False}, name="public_photo"),
    path(
        "public/<str:number>/photos/<int:photo_id>/small/",
        public.picture,
        {"small": True},
        name="public_small",
    ),
]
