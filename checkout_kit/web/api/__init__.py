"""The merchant's REST API: COINQVEST's endpoints, for whoever holds an API key."""
