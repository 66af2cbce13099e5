"""Addresses of failed tenders and of design reviews."""

from django.urls import path

from shizheng.domains.procurement.pages import (
    case,
    editing,
    panel,
    patterns,
    register,
    review,
    review_corrections,
    review_editing,
    review_sheets,
    reviews,
    series,
)

app_name = "procurement"
urlpatterns = [
    path("failed/", register.CaseList.as_view(), name="cases"),
    path("failed/new/", editing.new_case, name="new_case"),
    path("failed/import/", editing.import_cases, name="import_cases"),
    path("failed/sheet.<slug:format>", editing.sheet, name="sheet"),
    path("failed/patterns/", patterns.pattern_page, name="patterns"),
    path("failed/series/", series.series_list, name="series_list"),
    path("failed/series/new/", series.new_series, name="new_series"),
    path("failed/series/<int:series_id>/", series.edit_series, name="edit_series"),
    path("failed/<int:case_id>/", case.case, name="case"),
    path("failed/<int:case_id>/edit/", editing.edit_case, name="edit_case"),
    path("failed/<int:case_id>/happened/", editing.record_event, name="record_event"),
    path("failed/events/<int:event_id>/correct/", editing.correct_event, name="correct_event"),
    path("failed/events/<int:event_id>/strike/", editing.strike_event, name="strike_event"),
    path("reviews/", reviews.ReviewList.as_view(), name="reviews"),
    path("reviews/new/", review_editing.new_review, name="new_review"),
    path("reviews/import/", review_sheets.import_reviews, name="import_reviews"),
    path("reviews/sheet.<slug:format>", review_sheets.sheet, name="review_sheet"),
    path("reviews/own/", reviews.own_reviews, name="own_reviews"),
    path("reviews/<int:case_id>/", review.review, name="review"),
    path("reviews/<int:case_id>/edit/", review_editing.edit_review, name="edit_review"),
    path("reviews/<int:case_id>/steps/<slug:act>/", review_editing.step, name="review_step"),
    path("reviews/<int:case_id>/members/new/", panel.new_member, name="new_member"),
    path("reviews/<int:case_id>/opinions/new/", panel.give_opinion, name="give_opinion"),
    path("reviews/members/<int:member_id>/", panel.edit_member, name="edit_member"),
    path("reviews/members/<int:member_id>/remove/", panel.remove_member, name="remove_member"),
    path("reviews/opinions/<int:opinion_id>/answer/", panel.answer, name="answer"),
    path("reviews/opinions/<int:opinion_id>/confirm/", panel.confirm, name="confirm"),
    path(
        "reviews/opinions/<int:opinion_id>/correct/",
        review_corrections.correct_opinion,
        name="correct_opinion",
    ),
    path(
        "reviews/opinions/<int:opinion_id>/strike/", review_corrections.strike_opinion, name="strike_opinion"
    ),
    path(
        "reviews/confirmations/<int:confirmation_id>/correct/",
        review_corrections.correct_confirmation,
        name="correct_confirmation",
    ),
    path("reviews/<int:case_id>/take-back/", review_corrections.take_back_step, name="take_back_step"),
]
