"""Addresses of petitions."""

from django.urls import path

from shizheng.domains.petitions.pages import (
    acting,
    answering,
    boards,
    categories,
    correcting,
    editing,
    petition,
    reference,
    register,
)

app_name = "petitions"
urlpatterns = [
    path("", register.PetitionRegister.as_view(), name="list"),
    path("new/", editing.new, name="new"),
    path("board/", boards.board, name="board"),
    path("month/", boards.month, name="month"),
    path("templates/", reference.templates, name="templates"),
    path("templates/new/", reference.new_template, name="new_template"),
    path("templates/<int:template_id>/", reference.edit_template, name="edit_template"),
    path("categories/", categories.categories, name="categories"),
    path("categories/new/", categories.new_category, name="new_category"),
    path("categories/<int:category_id>/", categories.edit_category, name="edit_category"),
    path("<int:case_id>/", petition.petition, name="petition"),
    path("<int:case_id>/act/<slug:name>/", acting.act, name="act"),
    path("<int:case_id>/dispatch/", acting.dispatch, name="dispatch"),
    path("<int:case_id>/hand-back/", acting.hand_back, name="hand_back"),
    path("<int:case_id>/rule/", acting.rule, name="rule"),
    path("<int:case_id>/join/", acting.join, name="join"),
    path("<int:case_id>/release/", acting.release, name="release"),
    path("<int:case_id>/part/", acting.part, name="part"),
    path("<int:case_id>/link/", correcting.link, name="link"),
    path("<int:case_id>/unlink/", correcting.unlink, name="unlink"),
    path("<int:case_id>/edit/", correcting.edit, name="edit"),
    path("<int:case_id>/class/", correcting.change_class, name="change_class"),
    path("<int:case_id>/merge/", correcting.merge, name="merge"),
    path("<int:case_id>/unmerge/", correcting.unmerge, name="unmerge"),
    path("<int:case_id>/draft/", answering.draft, name="draft"),
    path("<int:case_id>/extend/", answering.extend, name="extend"),
    path("<int:case_id>/extensions/<int:extension_id>/", answering.decide_extension, name="decide_extension"),
    path("<int:case_id>/pause/", answering.pause, name="pause"),
    path("<int:case_id>/resume/", answering.resume, name="resume"),
    path("<int:case_id>/check/", answering.check, name="check"),
    path("<int:case_id>/unseal/", answering.unseal, name="unseal"),
    path("<int:case_id>/anonymise/", answering.anonymise, name="anonymise"),
]
