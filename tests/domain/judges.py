"""The judges of our address checks: libraries of each network, and samples."""

from __future__ import annotations

from types import ModuleType

from checkout_kit.domain.addresses import check_address
from checkout_kit.errors import InputError

BITCOIN = [
    "1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN2",
    "3J98t1WpEZ73CNmQviecrnyiWrnqRhWNLy",
    "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4",
    "bc1qrp33g0q5c5txsp9arysrx4k6zdkfs4nce4xj0gdcccefvpysxf3qccfmv3",
    "bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqzk5jj0",
]
STELLAR = "GA7QYNF7SOWQ3GLR2BGMZEHXAVIRZA4KVWLTJJFC7MGXUA74P7UJVSGZ"
MUXED = "MA7QYNF7SOWQ3GLR2BGMZEHXAVIRZA4KVWLTJJFC7MGXUA74P7UJVAAAAAAAAAAAAAJLK"
CLASSIC = "rPEPPER7kfTD9w2To4CQk6UCfuHM9c6GDY"
CHECKSUMMED = "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed"


def is_accepted(network: str, address: str) -> bool:
    try:
        check_address(network, address)
    except InputError:
        return False
    return True


def bip_utils() -> ModuleType:
    import bip_utils

    module: ModuleType = bip_utils
    return module


def base58(version: bytes, payload: bytes, *, is_xrpl: bool = False) -> str:
    """Write Base58Check with the library that judges ours."""
    judge = bip_utils()
    kind = judge.Base58Alphabets.RIPPLE if is_xrpl else judge.Base58Alphabets.BITCOIN
    text: str = judge.Base58Encoder.CheckEncode(version + payload, kind)
    return text


def segwit(prefix: str, version: int, program: bytes) -> str:
    text: str = bip_utils().SegwitBech32Encoder.Encode(prefix, version, program)
    return text
