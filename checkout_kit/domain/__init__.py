"""The pure heart of the kit: money, charges, payments, states; no input or output."""
