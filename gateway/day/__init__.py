"""The day of a workshop: a session at a place, what the room wishes, what it answers.

Phones join by a code of four letters. What they wish is counted in memory for a few seconds; what
they answer at the end is counted in the site's store. Nobody is asked who they are.
"""

from gateway.day.ballot import Choice, Wish
from gateway.day.day import Answered, Day
from gateway.day.plan import Moment, Step
from gateway.day.sessions import Session, Sessions

__all__ = ["Answered", "Choice", "Day", "Moment", "Session", "Sessions", "Step", "Wish"]
