"""The catalogue of indicators: lists, editor with revisions, register, lead indicators, reference values."""
