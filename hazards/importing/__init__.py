"""Bringing in a hazard log that people keep in a file of their own.

``mapping.propose`` says how a file would be read, ``read.read_log`` reads it as a person answered
(no database). ``files`` opens every kind of file as sheets, ``layout`` finds what their columns
hold, ``blocks`` and ``rows`` make hazards of them. ``plan.plan_import`` compares it with the log
(reads only), ``apply.apply_import`` carries the plan out in one act. The report says what became of
every row.
"""
