"""The REST API: who is let in, what it says, what it refuses."""
