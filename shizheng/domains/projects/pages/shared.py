"""What the pages of tenders that change something share: the form, below the list of tenders."""

from functools import partial

from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy

from shizheng.web import changing
from shizheng.web.changing import FORMS, changed, posted, revision, tried

__all__ = ["FORMS", "asked", "changed", "form_page", "posted", "revised", "revision", "tried"]

CRUMBS = ((gettext_lazy("標案"), reverse_lazy("projects:list")),)

form_page = partial(changing.form_page, crumbs=CRUMBS)
asked = partial(changing.asked, crumbs=CRUMBS)
revised = partial(changing.revised, crumbs=CRUMBS)
