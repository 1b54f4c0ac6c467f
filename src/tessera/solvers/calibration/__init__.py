"""How severe each reviewer is, what each application is worth, and how sure either is."""

from tessera.solvers.calibration.calibrating import calibrate
from tessera.solvers.calibration.check import verify
from tessera.solvers.calibration.model import (
    FEW_REVIEWS,
    Calibration,
    Fault,
    InvalidReviews,
    Merit,
    Method,
    Review,
    Severity,
)

__all__ = [
    "FEW_REVIEWS",
    "Calibration",
    "Fault",
    "InvalidReviews",
    "Merit",
    "Method",
    "Review",
    "Severity",
    "calibrate",
    "verify",
]
