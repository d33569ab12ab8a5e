"""The platform's console (平台工作台)."""
