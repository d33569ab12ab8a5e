"""Approvals, outside the portals (审批办理): what maker and checkers have signed, verified again before it is done."""
