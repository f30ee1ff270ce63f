"""The release gate: whether a release can go out, what keeps it, and the shortest way there.

``judging`` decides on plain findings; ``reading`` brings them from the record, or from the report
that a release is judged by; ``steps`` and ``without_features`` say what to do about a *no*.
"""
