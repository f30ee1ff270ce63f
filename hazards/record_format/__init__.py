"""The hazard log as a JSON record: everything as it is recorded, out and in again.

``export_record`` writes it, ``read_record`` reads and checks a file, ``plan_restore`` says what
restoring it into a product would do, ``apply_restore`` does it. docs/hazard-log-json.md tells
people of the format.
"""
