"""What an account says about calls of the platform API: from where they may come, and for which web pages."""
