from django.urls import path

from shizheng.kernel.files.pages import files, lists

app_name = "files"
urlpatterns = [
    path("", lists.FileList.as_view(), name="list"),
    path("<uuid:pk>/", files.detail, name="file"),
    path("<uuid:pk>/download/", files.download, name="download"),
    path("<uuid:pk>/preview/<int:page>/", files.preview, name="preview"),
    path("<uuid:pk>/photo/", files.photo, name="photo"),
    path("<uuid:pk>/seal/", files.seal, name="seal"),
]
