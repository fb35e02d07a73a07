"""The fault series: a real server is killed, cut off and starved under load; nothing may be missing then."""
