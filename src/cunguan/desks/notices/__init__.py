"""Notices (通知): what a person is told of his account, kept until he has read it."""
