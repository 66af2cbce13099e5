from django.urls import path

from shizheng.kernel.rulebook.pages import changing, looking

app_name = "rulebook"
urlpatterns = [
    path("", looking.RuleList.as_view(), name="list"),
    path("compare/", looking.compare, name="compare"),
    path("new/", changing.new_rule, name="new"),
    path("rules/<str:code>/", looking.rule, name="rule"),
    path("rules/<str:code>/propose/", changing.propose, name="propose"),
    path("proposals/<int:pk>/", changing.proposal, name="proposal"),
    path("proposals/<int:pk>/approve/", changing.approve, name="approve"),
    path("proposals/<int:pk>/reject/", changing.reject, name="reject"),
    path("proposals/<int:pk>/withdraw/", changing.withdraw, name="withdraw"),
]
