"""Findings: what people say beside what the figures show, for every planning area, topic and period.

Tables: finding, finding_version, finding_source, finding_step, finding_dissent, finding_hearing, finding_decision,
rule_version, indicator_link, easy_text.
Reads needs, minutes, surveys, conferences and indicators; nothing below knows it.
"""
