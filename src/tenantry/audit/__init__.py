"""The audit log: what was done, by whom, through which door, with values before and after."""
