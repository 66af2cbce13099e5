"""Classes with their limits (CP-01 to CP-05), sources with separate files (CP-06, J11), grounds of 行政程序法 173."""

from enum import StrEnum

from shizheng.common.words import N_


class PetitionClass(StrEnum):
    REPORT = "report"
    PETITION = "petition"
    SUGGESTION = "suggestion"
    OTHER = "other"
    OTHER_REPORT = "other_report"


CLASS_LABELS = {
    PetitionClass.REPORT: N_("檢舉"),
    PetitionClass.PETITION: N_("陳情"),
    PetitionClass.SUGGESTION: N_("建議"),
    PetitionClass.OTHER: N_("其他"),
    PetitionClass.OTHER_REPORT: N_("其他檢舉"),
}
LIMITS = {
    PetitionClass.REPORT: "CP-01",
    PetitionClass.PETITION: "CP-02",
    PetitionClass.SUGGESTION: "CP-03",
    PetitionClass.OTHER: "CP-04",
    PetitionClass.OTHER_REPORT: "CP-05",
}
"""The rule that says how long a class may take; working or calendar days are part of its value (X-22)."""
SERIOUS = frozenset({PetitionClass.REPORT})
"""Classes whose replies go by `petition.approval_serious`."""


class Source(StrEnum):
    MAYOR_MAILBOX = "mayor_mailbox"
    MAYOR_OFFICE = "mayor_office"
    SERVICE_CENTRE = "service_centre"
    PREMIER_MAILBOX = "premier_mailbox"
    PRESIDENT_MAILBOX = "president_mailbox"
    LINE_1999 = "1999"
    SUPERIOR = "superior"
    AGENCY = "agency"


SOURCE_LABELS = {
    Source.MAYOR_MAILBOX: N_("市長信箱"),
    Source.MAYOR_OFFICE: N_("市長室"),
    Source.SERVICE_CENTRE: N_("服務中心"),
    Source.PREMIER_MAILBOX: N_("院長信箱"),
    Source.PRESIDENT_MAILBOX: N_("總統信箱"),
    Source.LINE_1999: "1999",
    Source.SUPERIOR: N_("上級交查"),
    Source.AGENCY: N_("機關自收"),
}
FILES = {
    Source.MAYOR_MAILBOX: "MM",
    Source.MAYOR_OFFICE: "MO",
    Source.SERVICE_CENTRE: "SC",
    Source.PREMIER_MAILBOX: "PM",
    Source.PRESIDENT_MAILBOX: "PR",
    Source.LINE_1999: "1999",
    Source.SUPERIOR: "SUP",
    Source.AGENCY: "AG",
}
"""The letters of a source's own file; each is numbered by itself, without gaps, by year (CP-06: 分別建檔)."""


def file_number(source: Source, roc_year: int, serial: int) -> str:
    """The number of a petition in the file of its source, such as `115-MM-00012`."""
    return f"{roc_year}-{FILES[source]}-{serial:05d}"


class Ground(StrEnum):
    """Why a petition need not be dealt with (行政程序法 173); it is registered all the same."""

    NO_NAME = "no_name"
    ANSWERED = "answered"
    NOT_COMPETENT = "not_competent"


GROUND_LABELS = {
    Ground.NO_NAME: N_("無具體之內容或未具真實姓名或住址"),
    Ground.ANSWERED: N_("同一事由經適當處理並明確答復後仍一再陳情"),
    Ground.NOT_COMPETENT: N_("非主管機關就已向各機關陳情的同一事由再接到陳情"),
}


class Ended(StrEnum):
    """What became of a petition, as the monthly table counts it (CP-07)."""

    ANSWERED = "answered"
    DECLINED = "declined"
    TRANSFERRED = "transferred"
    WITHDRAWN = "withdrawn"


ENDED_LABELS = {
    Ended.ANSWERED: N_("已答復"),
    Ended.DECLINED: N_("得不予處理"),
    Ended.TRANSFERRED: N_("移送"),
    Ended.WITHDRAWN: N_("民眾撤回"),
}
COUNTED = (Ended.ANSWERED, Ended.DECLINED, Ended.TRANSFERRED)
"""What the on-time rate is made of (CP-11): what was withdrawn is no work done in time, nor too late."""
