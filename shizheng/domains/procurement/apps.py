from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ProcurementConfig(AppConfig):
    name = "shizheng.domains.procurement"
    verbose_name = _("採購督導")

    def ready(self) -> None:
        from shizheng.domains.procurement import (
            failed_filing,
            frame,
            meeting_agenda,
            publications,
            review_filing,
        )
        from shizheng.kernel.measures import counting

        counting.register("procurement.record_months")
        frame.register()
        failed_filing.register_filing()
        review_filing.register_filing()
        publications.register()
        meeting_agenda.register()
