"""The daily reconciliation report (日终对账报告): one stored run as PDF, XLSX, CSV and JSON, in Chinese and English."""
