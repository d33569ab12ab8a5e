"""Config: the only place that knows which parts are on."""
