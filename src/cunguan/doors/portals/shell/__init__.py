"""Shell (页面框架): what all pages share: their frame, their parts, their style."""
