"""People (用户与登录): who signs in, as whom, with which passkeys, from which devices."""
