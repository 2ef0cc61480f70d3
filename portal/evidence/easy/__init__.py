"""Findings in *Leichte Sprache*, where somebody has written it."""
