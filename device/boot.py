"""The board's ``/boot.py``: runs at each start, before ``/main.py``, the learner's program."""

from fabnum import boot

boot.start()
