"""What tests stand on: the components that they need and where to find them."""
