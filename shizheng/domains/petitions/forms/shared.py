"""What the forms of petitions share."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _

from shizheng.common.words import called
from shizheng.domains.petitions.queries.petitions import categories


def long_text(label: Any, rows: int = 4, **options: Any) -> forms.CharField:
    """A text of several lines."""
    return forms.CharField(
        label=label, max_length=8000, widget=forms.Textarea(attrs={"rows": rows}), **options
    )


def category_choices() -> list[Any]:
    """Categories in use below their headings."""
    return [
        ("", _("（之後再分類）")),
        *((called(top), [(each.pk, called(each)) for each in below]) for top, below in categories()),
    ]
