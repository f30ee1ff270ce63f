"""What gunicorn takes from here when it is started in this folder; options on its line win."""

#: A save waits up to 30 s for the one lock of SQLite while a large import writes, and then gets a
#: page that says so. Other requests of the worker go on meanwhile in its other threads.
threads = 4

#: Seconds after which a silent worker is killed: longer than such a save waits.
timeout = 60
