"""What planning is about: topics, and the phases of the planning cycle.

Table: `topic`. Indicators, events, surveys, needs and findings refer to topics.
"""
