"""What the pages of tenders that change something share: the form within the frame of tenders."""

from functools import partial

from shizheng.web import changing
from shizheng.web.changing import FORMS, changed, tried

__all__ = ["FORMS", "changed", "form_page", "tried"]

form_page = partial(changing.form_page, template="projects/form.html")
