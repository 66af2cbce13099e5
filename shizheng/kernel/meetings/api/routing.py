"""The one router on which the modules of this package put their operations."""

from shizheng.common.api import Router

router = Router()
VIEW, MANAGE, RECORD, DEFINE = "meetings.view", "meetings.manage", "meetings.record", "meetings.define"
