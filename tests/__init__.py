"""The tests: laws of the whole house, one folder for each app, journeys in a browser."""
