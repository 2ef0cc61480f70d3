"""Surveys of residents: pages without a trace, a sealed pool, results with their uncertainty.

Tables: survey, survey_version, survey_round, sealed_answer, survey_response.
Below: planning, areas, indicators (links of questions). Above: evidence. Independent of minutes.
Extension point: `extension.question_uses`, where the answers to a question count.
"""
