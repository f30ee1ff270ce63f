"""The files of a hazard log version: a workbook in the layout of the NHS template, CSV and JSON.

Each is made from a snapshot and the version's title, from nothing else: no database is asked, and
the same snapshot and title give the same bytes.
"""

from safetycase.log_files.csv_file import hazard_log_csv
from safetycase.log_files.json_file import hazard_log_json
from safetycase.log_files.title import Revision, VersionTitle
from safetycase.log_files.workbook import hazard_log_workbook

__all__ = [
    "Revision",
    "VersionTitle",
    "hazard_log_csv",
    "hazard_log_json",
    "hazard_log_workbook",
]
