"""Organisations, persons and who acts for whom.

Tables: `organisation`, `organisation_area`, `organisation_topic`, `person`, `representation`. A representation
(from–to, perhaps as deputy) is what lets a signed-in person act for an organisation; it becomes part of the request's
actor.
"""
