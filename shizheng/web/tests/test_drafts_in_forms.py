"""Forms about a row keep what was typed on the device, under a key that ends with the row's version."""

import pytest
from django import forms
from django.template.loader import render_to_string
from django.test import RequestFactory


class Versioned(forms.Form):
    version = forms.IntegerField(widget=forms.HiddenInput)
    reason = forms.CharField()


@pytest.mark.django_db
def test_the_key_is_the_address_and_the_version() -> None:
    from django.contrib.auth.models import AnonymousUser

    request = RequestFactory().get("/somewhere/7/")
    request.user, request.as_of = AnonymousUser(), None
    page = render_to_string(
        "organisations/act.html",
        {"form": Versioned(initial={"version": 3}), "title": "甲", "back": "/"},
        request=request,
    )
    assert 'data-draft="/somewhere/7/ 3"' in page
