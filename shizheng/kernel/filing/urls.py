from django.urls import path

from shizheng.kernel.filing.pages import corrections, grid, returns, rounds

app_name = "filing"
urlpatterns = [
    path("", rounds.RoundList.as_view(), name="rounds"),
    path("returns/", rounds.ReturnList.as_view(), name="returns"),
    path("corrections/", corrections.CorrectionList.as_view(), name="corrections"),
    path("corrections/<int:pk>/", corrections.correction, name="correction"),
    path("rounds/new/", rounds.new_round, name="new_round"),
    path("rounds/<int:pk>/", rounds.round_page, name="round"),
    path("rounds/<int:pk>/grid/", grid.grid, name="grid"),
    path("rounds/<int:pk>/grid/save/", grid.save_cells, name="save_cells"),
    path("rounds/<int:pk>/grid/live/", grid.live, name="live"),
    path("rounds/<int:pk>/upload/", grid.upload, name="upload"),
    path("rounds/<int:pk>/<slug:act>/", rounds.act_on_round, name="round_act"),
    path("returns/<int:pk>/", returns.return_page, name="return"),
    path("returns/<int:pk>/save/", returns.save_field, name="save_field"),
    path("returns/<int:pk>/presence/", returns.presence, name="presence"),
    path("returns/<int:pk>/correct/", corrections.ask, name="correct"),
    path("returns/<int:pk>/<slug:act>/", returns.act_on_return, name="return_act"),
]
