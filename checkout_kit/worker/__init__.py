"""The worker: due work, run by a thread of the shop's process or by a command."""
