"""Addresses of what is brought back from the site: photographs, notes, visits; and of who controls a tender."""

from django.urls import path

from shizheng.domains.projects.pages import ageing, applications, photos, site, tender_map, visits

PATTERNS = [
    path("register/photos/", photos.PhotoList.as_view(), name="photos"),
    path("register/photos/<int:photo_id>/", photos.photo, name="photo"),
    path("register/photos/<int:photo_id>/edit/", photos.edit, name="edit_photo"),
    path("register/photos/<int:photo_id>/remove/", photos.remove, name="remove_photo"),
    path("register/<int:project_id>/photos/add/", photos.add, name="add_photos"),
    path("register/<int:project_id>/site/", site.site, name="site"),
    path("register/<int:project_id>/site/send/", site.send, name="site_send"),
    path("register/map/", tender_map.tender_map, name="map"),
    path("register/ageing/", ageing.AgeingList.as_view(), name="ageing"),
    path("register/applications/", applications.ApplicationList.as_view(), name="applications"),
    path("register/applications/<int:application_id>/", applications.application, name="application"),
    path("register/applications/<int:application_id>/again/", applications.again, name="apply_again"),
    path("register/applications/<int:application_id>/decide/", applications.decide, name="decide"),
    path("register/applications/<int:application_id>/opinion/", applications.opine, name="opine"),
    path("register/applications/<int:application_id>/back/", applications.take_back, name="take_back"),
    path("register/<int:project_id>/apply/", applications.apply, name="apply"),
    path("register/visits/", visits.VisitList.as_view(), name="visits"),
    path("register/visits/proposed/", visits.ProposedList.as_view(), name="visits_proposed"),
    path("register/visits/<int:visit_id>/", visits.visit, name="visit"),
    path("register/visits/<int:visit_id>/edit/", visits.edit, name="edit_visit"),
    path("register/visits/<int:visit_id>/record/", visits.record, name="record_visit"),
    path("register/visits/<int:visit_id>/cancel/", visits.cancel, name="cancel_visit"),
    path("register/<int:project_id>/visits/new/", visits.call, name="call_visit"),
]
