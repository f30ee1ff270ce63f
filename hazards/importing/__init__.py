"""Bringing in a hazard log that people keep in a workbook.

``read.read_log`` reads the file (no database), ``plan.plan_import`` compares it with the log (reads
only), ``apply.apply_import`` carries the plan out through the same actions as people use, in one
act. The report says what became of every row.
"""
