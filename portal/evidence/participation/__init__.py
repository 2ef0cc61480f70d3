"""Who has been heard, by area, group, target group and phase, against what the county requires."""
