"""Forms of the hazard log: what may be typed. What may happen is said by the actions."""
