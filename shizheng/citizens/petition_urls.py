"""Addresses of the public side of petitions."""

from django.urls import path

from shizheng.citizens.pages import links, looking, sending, verifying

app_name = "petition"
urlpatterns = [
    path("", sending.start, name="start"),
    path("suggest/", sending.suggest, name="suggest"),
    path("<uuid:token>/what/", sending.what, name="what"),
    path("<uuid:token>/who/", sending.who, name="who"),
    path("<uuid:token>/check/", sending.check, name="check"),
    path("<uuid:token>/done/", sending.done, name="done"),
    path("<uuid:token>/receipt.json", sending.receipt, name="receipt"),
    path("look-up/", looking.look_up, name="look_up"),
    path("look-up/<str:number>/", looking.case, name="case"),
    path("look-up/<str:number>/comment/", looking.comment, name="comment"),
    path("look-up/<str:number>/reopen/", looking.reopen, name="reopen"),
    path("look-up/<str:number>/notices/", looking.wishes, name="wishes"),
    path("look-up/<str:number>/leave/", looking.leave, name="leave"),
    path("look-up/<str:number>/receipt.json", looking.receipt, name="case_receipt"),
    path("confirm/<str:token>/", links.confirm, name="confirm"),
    path("mail/<str:token>/", links.confirm_mail, name="confirm_mail"),
    path("survey/<str:token>/", links.survey, name="survey"),
    path("verify/", verifying.verify, name="verify"),
    path("verify/check_receipt.py", verifying.script, name="script"),
    path("keys.json", verifying.keys, name="keys"),
]
