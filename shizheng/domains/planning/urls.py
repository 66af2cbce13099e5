"""Addresses of planning."""

from django.urls import path

from shizheng.domains.planning.pages import (
    boards,
    editing,
    exports,
    importing,
    kpi_list,
    plans,
    public,
    public_traces,
    reading,
    results,
)

app_name = "planning"
urlpatterns = [
    path("", boards.city, name="board"),
    path("trend/", boards.trend, name="trend"),
    path("agencies/<int:unit_id>/", boards.agency, name="agency"),
    path("kpis/", kpi_list.KpiList.as_view(), name="kpis"),
    path("kpis/<int:kpi_id>/", reading.kpi, name="kpi"),
    path("goals/<int:goal_id>/", reading.goal, name="goal"),
    path("results/<int:row_id>/", results.result, name="result"),
    path("plans/", plans.PlanList.as_view(), name="plans"),
    path("plans/import/", importing.upload, name="import"),
    path("plans/<int:plan_id>/", plans.plan, name="plan"),
    path("plans/<int:plan_id>/work/", plans.plan_work, name="plan_work"),
    path("plans/<int:plan_id>/results/", plans.plan_results, name="plan_results"),
    path("plans/<int:plan_id>/history/", plans.plan_history, name="plan_history"),
    path("plans/<int:plan_id>/source/", plans.plan_source, name="plan_source"),
    path("plans/<int:plan_id>/review/", importing.review, name="review"),
    path("plans/<int:plan_id>/accept/", plans.accept, name="accept"),
    path("plans/<int:plan_id>/publish/", plans.publish, name="publish"),
    path("plans/<int:plan_id>/withdraw/", plans.withdraw, name="withdraw"),
    path("plans/<int:plan_id>/discard/", plans.discard, name="discard"),
    path("plans/<int:plan_id>/plan.json", exports.plan_json, name="plan_json"),
    path("plans/<int:plan_id>/plan.csv", exports.plan_csv, name="plan_csv"),
    path("plans/<int:plan_id>/document.<slug:format>", exports.plan_file, name="plan_file"),
    path("edit/<slug:kind>/<int:pk>/", editing.edit, name="edit"),
    path("edit/<slug:kind>/<int:pk>/remove/", editing.remove, name="remove"),
    path("edit/<slug:kind>/<int:pk>/move/", editing.move, name="move"),
    path("add/<slug:kind>/<int:parent>/", editing.add, name="add"),
    path("public/", public.plans, name="public"),
    path("public/<int:plan_id>/", public.plan, name="public_plan"),
    path("public/<int:plan_id>/figures/<int:measure_id>/", public_traces.trace, name="public_trace"),
    path(
        "public/<int:plan_id>/figures/<int:measure_id>/trace.json",
        public_traces.trace_json,
        name="public_trace_json",
    ),
    path("public/<int:plan_id>/plan.json", exports.public_json, name="public_json"),
    path("public/<int:plan_id>/plan.csv", exports.public_csv, name="public_csv"),
]
