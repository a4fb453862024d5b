"""E-mail alerts: subscriptions of people, what is told of, collecting it into mails, account notifications."""
