"""Prove: the independent checker; one file a claim."""
