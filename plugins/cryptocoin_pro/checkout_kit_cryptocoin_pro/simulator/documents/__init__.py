"""The JSON documents of the API, as its examples show them."""
