-- platform_state: the state of a platform.
SELECT state FROM platform WHERE lane = 0 AND id = %(platform)s
