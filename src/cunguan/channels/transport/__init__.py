"""Transports (传输): how files go to a bank and come from it."""
