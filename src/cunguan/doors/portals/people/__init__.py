"""Signing in (登录与安全中心): passkeys, devices, recovery."""
