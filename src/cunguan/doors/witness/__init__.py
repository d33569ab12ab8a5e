"""Witness (见证服务): an independent small service that cosigns a log's checkpoints; no path leads from it to the books."""
