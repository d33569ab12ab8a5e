"""API: the platform's door; it translates, calls once, answers."""
