"""Events with agenda, invitations, replies and attendance.

Tables: conference, agenda_item, conference_change, invitation, access_need.
Below: stakeholders (who is invited), planning (topics, phase, period), areas. Above: minutes.
"""
