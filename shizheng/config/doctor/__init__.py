"""`shizheng doctor`: what is wrong with this installation, and the command that mends it.

`machine` looks at what it stands on, `tables` at the database, `running` at what has to go on day by day.
"""

from shizheng.config.doctor.command import doctor

__all__ = ["doctor"]
