"""Units that plans print, for the catalogue: a reader of English meets 12 km, not 12 公里."""

from shizheng.common.words import N_

UNITS = (
    N_("件"), N_("次"), N_("人"), N_("人次"), N_("項"), N_("場"), N_("場次"), N_("家"), N_("處"), N_("座"), N_("份"),
    N_("篇"), N_("案"), N_("戶"), N_("天"), N_("日"), N_("小時"), N_("公里"), N_("公尺"), N_("公噸"), N_("噸"), N_("公頃"),
    N_("元"), N_("萬元"), N_("億元"), N_("分鐘"), N_("輛"), N_("班"), N_("站"), N_("棟"), N_("校"), N_("百分點"),
)  # fmt: skip
