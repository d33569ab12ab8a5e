"""Calendars (工作日历): one file a country or system, as dated data."""
