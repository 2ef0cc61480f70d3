"""Pages of findings: the matrix, a cell, and how a finding is carried on."""

from portal.evidence.views import (
    course,
    easy,
    leads,
    linking,
    matrix,
    participation,
    periods,
    rule,
    statements,
    writing,
)
from portal.evidence.views.frame import blueprint

__all__ = [
    "blueprint",
    "course",
    "easy",
    "leads",
    "linking",
    "matrix",
    "participation",
    "periods",
    "rule",
    "statements",
    "writing",
]
