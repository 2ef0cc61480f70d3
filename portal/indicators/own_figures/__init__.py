"""Figures that a department counts itself: template, upload with checks, release, due dates.

A delivery is an import batch like any other, so that preview, undo and earlier values are the same; what it feeds is a
series of the department's own (`Series.is_own`), which nothing else can feed.
"""
