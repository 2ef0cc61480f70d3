"""Figures: catalogue of indicators, series as delivered, values, imports, aggregation.

Tables: `indicator`, `indicator_series`, `series`, `import_batch`, `series_value`. A *series* is what a
publisher delivers (source, licence, bases); an *indicator* is what the county makes of it (meaning, polarity,
thresholds, aggregation). Values are written under an inactive batch and become visible when the batch does.
"""
