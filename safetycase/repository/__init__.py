"""The safety case beside the code: files for a repository, one for each hazard.

The same record always gives the same bytes, and one change touches few lines, so that a change in
safety shows in a pull request beside the change of the code.
"""
