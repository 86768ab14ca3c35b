"""What holds for all tests."""

from hypothesis import settings

# How long an example takes says something of the machine, and nothing of the code.
settings.register_profile("fabnum", deadline=None)
settings.load_profile("fabnum")
