"""Search over all text of a product's hazard log, the same on SQLite and on PostgreSQL.

``words``: what a word is, what a person asked for, what is marked; ``documents``: all text of each
hazard; ``index``: the full-text index of either database; ``matching``: asking it.
"""
