"""Safeguarding (保障资金): runs by a rule pack, their sign-off, what they propose, and the returns made of them."""
