"""Rule 1: the rule itself, its versions, its reasons, and a proposal as it is kept with a finding."""
