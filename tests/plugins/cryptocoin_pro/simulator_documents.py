"""The shapes of the simulator's documents: their fields, and those inside them."""

from __future__ import annotations

from tests.plugins.cryptocoin_pro.simulator_caller import fields

PAIR = fields("id publicId")
PLATFORM = fields("code name url")
PAYMENT = fields("method id url feePercent proofUploaded")
SHARES = fields("percent amount")
AMOUNTS = fields(
    "status type typeOperation typeOperationName fromSymbol fromAmount rate toSymbol "
    "toAmount wallet txId"
)
#: An order of a list.
ORDER = {
    **PAIR,
    **AMOUNTS,
    "parentOrder": PAIR,
    "childOrder": PAIR,
    "payment": PAYMENT,
    "commissions": SHARES,
    "quote": PAIR,
    "transfer": PAIR,
    "externalPlatform": PLATFORM,
    "createdAt": None,
}
COMMISSION = fields("fromAmount fromTotal discountPercent percent")
#: A quote of a list.
QUOTE = {
    **fields("id publicId status type typeOperationName"),
    "payment": fields("type id mandatory"),
    **fields("from to amount rate"),
    "commission": COMMISSION,
    "total": None,
    "parentOrder": PAIR,
    "wallet": None,
    "order": PAIR,
    **fields("externalPlatform lifeSeconds lifeUntilAt confirmUrl createdAt"),
}
USER = fields("id email")
TRANSFER = {
    **fields("id publicId status amount total"),
    "commission": fields("value percent"),
    "byUser": USER,
    "fromUser": USER,
    "toUser": USER,
    "fromOrder": PAIR,
    "toOrder": PAIR,
    "externalPlatform": PLATFORM,
    **fields("lifeSeconds lifeUntilAt createdAt"),
}
PERSON = {
    **fields("isActive tradeStatus email"),
    "options": fields("language theme"),
    "meta": fields("source passwordSet"),
    **fields("selfDeletedAt createdAt"),
}
CHECKOUT = {
    **fields("id publicId status step"),
    "attemptsQuote": fields("count limit"),
    **fields("requestId paymentType ip url redirectUrl pingUrl"),
    "user": {"id": None, **PERSON},
    **fields("expiredAt createdAt"),
}
