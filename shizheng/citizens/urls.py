"""Addresses of the officers' side of what citizens say."""

from django.urls import path

from shizheng.citizens.pages import mails, results

app_name = "citizens"
urlpatterns = [
    path("survey/", results.survey_results, name="survey"),
    path("mail/", mails.MailList.as_view(), name="mails"),
    path("mail/<int:pk>/", mails.mail, name="mail"),
    path("mail/<int:pk>/open/", mails.open_mail, name="open_mail"),
    path("mail/<int:pk>/take/", mails.take_mail, name="take_mail"),
    path("mail/<int:pk>/spam/", mails.spam, name="spam"),
]
