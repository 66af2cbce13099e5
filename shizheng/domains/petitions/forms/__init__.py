"""What people type about petitions. The actions check again; these say it earlier and beside the field."""

from shizheng.domains.petitions.forms.acting import (
    ActForm,
    ClassForm,
    DispatchForm,
    EditForm,
    OtherCaseForm,
    PartForm,
    UnitForm,
    UnlinkForm,
)
from shizheng.domains.petitions.forms.answering import (
    DecideExtensionForm,
    DraftForm,
    ExtensionForm,
    FactsForm,
    PurposeForm,
    TemplateForm,
)
from shizheng.domains.petitions.forms.categories import CategoryForm
from shizheng.domains.petitions.forms.receiving import NewPetitionForm

__all__ = [
    "ActForm",
    "CategoryForm",
    "ClassForm",
    "DecideExtensionForm",
    "DispatchForm",
    "DraftForm",
    "EditForm",
    "ExtensionForm",
    "FactsForm",
    "NewPetitionForm",
    "OtherCaseForm",
    "PartForm",
    "PurposeForm",
    "TemplateForm",
    "UnitForm",
    "UnlinkForm",
]
