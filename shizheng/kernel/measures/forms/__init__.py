"""Forms: file numbers, correct one, revise a definition, choose a reading. Values are checked again by the actions."""

from shizheng.kernel.measures.forms.defining import (
    DefinitionForm,
    NewMeasureForm,
    ReadingForm,
    initial_of,
    text_of,
)
from shizheng.kernel.measures.forms.fields import rows_from, rows_text
from shizheng.kernel.measures.forms.filing import CorrectionForm, FilingForm, period_default

__all__ = [
    "CorrectionForm",
    "DefinitionForm",
    "FilingForm",
    "NewMeasureForm",
    "ReadingForm",
    "initial_of",
    "period_default",
    "rows_from",
    "rows_text",
    "text_of",
]
