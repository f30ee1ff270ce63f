"""What must hold everywhere in the house, whoever writes the next line."""
