"""Safeguarding rules (保障资金规则): one file a rule pack, as dated data."""
