"""The Process Library: processes that an account publishes, and the copies that the accounts it manages install."""
