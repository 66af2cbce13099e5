from django.urls import path

from shizheng.kernel.calendar.pages import closures, deadlines, hours, year

app_name = "calendar"
urlpatterns = [
    path("", year.year, name="year"),
    path("<int:year>/", year.year, name="year_of"),
    path("years/new/", year.add_year, name="add_year"),
    path("days/<str:day>/", year.day, name="day"),
    path("days/<str:day>/revise/", year.revise_day, name="revise_day"),
    path("closures/", closures.ClosureList.as_view(), name="closures"),
    path("closures/new/", closures.new_closure, name="new_closure"),
    path("closures/<int:pk>/", closures.closure, name="closure"),
    path("closures/<int:pk>/withdraw/", closures.withdraw, name="withdraw_closure"),
    path("hours/", hours.office_hours, name="hours"),
    path("deadline/", deadlines.calculator, name="deadline"),
    path("versions/", deadlines.versions, name="versions"),
    path("<int:year>.<str:kind>", deadlines.export, name="export"),
]
