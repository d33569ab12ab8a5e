"""Doors: one per caller. They translate, call once and answer; no rule of the business lives here."""
