"""Geometry of maps and charts, and the pages that show them (no engine, no session)."""
