-- lanmao_profile_of: what the dialect needs to know of a platform.
SELECT notify_url, pool, fee_schedule, loan_fee_item, withdrawal_fee_item FROM lanmao_profile WHERE for_lane = %(lane)s
