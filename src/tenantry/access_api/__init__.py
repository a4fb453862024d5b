"""The access interface: host applications ask what somebody may do, in words of the AuthZEN Authorization API 1.0."""
