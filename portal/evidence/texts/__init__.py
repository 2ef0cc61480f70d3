"""What people wrote in a finding: its numbers, their sources, and voices in their own words."""
