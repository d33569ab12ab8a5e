"""Telemetry: what processes tell of themselves: logs, metrics, traces; never what a client or a platform said."""
