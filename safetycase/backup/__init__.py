"""Backup and restore: everything, database and files, in one file that either database reads.

``making`` writes an archive, ``restoring`` puts it back. Between them stand the archive itself
(``archive``, ``manifest``), the tables (``schema``, ``tables``, ``columns``), the files
(``stored_files``) and the database that is replaced (``replacing``).
"""
