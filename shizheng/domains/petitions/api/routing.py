"""The one router on which the modules of this package put their operations."""

from shizheng.common.api import Router

router = Router()
