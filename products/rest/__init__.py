"""What every router of the REST API is made of: who is let in, problems, pages of lists, versions.

The routers stand in each package's ``api.py``, over the same actions and queries as its pages.
"""
