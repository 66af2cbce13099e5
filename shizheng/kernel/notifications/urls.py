from django.urls import path

from shizheng.kernel.notifications.pages import inbox, mails, preferences, words

app_name = "notifications"
urlpatterns = [
    path("", inbox.Inbox.as_view(), name="inbox"),
    path("bell/", inbox.bell, name="bell"),
    path("read-all/", inbox.read_all, name="read_all"),
    path("<int:pk>/", inbox.message, name="message"),
    path("preferences/", preferences.preferences, name="preferences"),
    path("templates/", words.TemplateList.as_view(), name="templates"),
    path("templates/<str:code>/", words.template, name="template"),
    path("templates/<str:code>/edit/", words.edit, name="edit"),
    path("templates/<str:code>/preview/", words.preview, name="preview"),
    path("templates/<str:code>/restore/", words.restore, name="restore"),
    path("deliveries/", mails.DeliveryList.as_view(), name="deliveries"),
    path("deliveries/<int:pk>/", mails.delivery, name="delivery"),
    path("deliveries/<int:pk>/again/", mails.again, name="again"),
]
