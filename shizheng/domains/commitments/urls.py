"""Addresses of commitments."""

from django.urls import path

from shizheng.domains.commitments.pages import acting, boards, commitment, editing, lists, register

app_name = "commitments"
urlpatterns = [
    path("", register.CommitmentRegister.as_view(), name="list"),
    path("new/", editing.new, name="new"),
    path("import/", editing.upload, name="import"),
    path("sheet.<slug:format>", editing.sheet, name="sheet"),
    path("board/", boards.board, name="board"),
    path("lists/", lists.lists, name="lists"),
    path("lists/new/", lists.new_list, name="new_list"),
    path("lists/<int:list_id>/", lists.edit_list, name="edit_list"),
    path("<int:commitment_id>/", commitment.commitment, name="commitment"),
    path("<int:commitment_id>/edit/", editing.edit, name="edit"),
    path("<int:commitment_id>/withdraw/", acting.withdraw, name="withdraw"),
    path("<int:commitment_id>/restore/", acting.restore, name="restore"),
    path("<int:commitment_id>/reopen/", acting.reopen, name="reopen"),
    path("units/<int:owed_id>/tell/", acting.tell, name="tell"),
    path("units/<int:owed_id>/extension/", acting.ask_extension, name="ask_extension"),
    path("units/<int:owed_id>/release/", acting.ask_release, name="ask_release"),
    path("units/<int:owed_id>/decide/", acting.decide_release, name="decide_release"),
    path("units/<int:owed_id>/take-back/", acting.take_back_release, name="take_back_release"),
    path("extensions/<int:extension_id>/decide/", acting.decide_extension, name="decide_extension"),
    path("extensions/<int:extension_id>/take-back/", acting.take_back_extension, name="take_back_extension"),
]
