"""Bank files for people (银行文件): reads files and archives of any format, and says what each comes to."""
