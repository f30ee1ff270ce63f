"""What an assessor looks for in a hazard log: rules, what they find, what is waived or legacy.

``facts`` are plain values; ``writing``, ``scoring``, ``controls``, ``keeping`` and ``whole_log``
hold the rules, pure functions on them; ``catalogue`` has them all. ``reading`` makes facts of rows,
``checking`` runs the rules, ``storing`` keeps what they found, ``marks`` says what still bites.
A rule never changes a score.
"""
