"""Exports (导出): the console's lists as files, made beside the pages by the jobs worker."""
