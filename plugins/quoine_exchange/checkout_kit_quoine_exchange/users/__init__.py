"""The users that the vendor made: their secrets, and the commands that make them."""

from checkout_kit_quoine_exchange.users.commands import add_commands
from checkout_kit_quoine_exchange.users.provisioning import UserProvisioner
from checkout_kit_quoine_exchange.users.vault import StoredUser, UserVault, VaultError

__all__ = [
    "StoredUser",
    "UserProvisioner",
    "UserVault",
    "VaultError",
    "add_commands",
]
