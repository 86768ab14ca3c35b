"""In which form, and how fine, open data are written as files."""

from enum import StrEnum


class Form(StrEnum):
    """The form of the files."""

    CSV = "csv"
    JSON = "json"
    SENML = "senml"
    OPENSENSEMAP = "opensensemap"


class StepName(StrEnum):
    """How fine: each reading, or means and sums of so long."""

    RAW = "raw"
    TEN_MINUTES = "10m"
    HOUR = "1h"
    DAY = "1d"
