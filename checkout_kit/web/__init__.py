"""What people see and what providers call: the hosted page and the webhook address."""
