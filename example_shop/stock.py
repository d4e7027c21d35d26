"""Stock: how many of each product are left."""

from __future__ import annotations

from sqlalchemy import CursorResult, String, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from example_shop.catalogue import PRODUCTS
from example_shop.database import Base


class Stock(Base):
    """How many of one product are on the shelf; never less than none."""

    __tablename__ = "shop_stock"

    slug: Mapped[str] = mapped_column(String(20), primary_key=True)
    available: Mapped[int]

    @classmethod
    def take(cls, session: Session, slug: str, quantity: int) -> bool:
        """Take goods off the shelf; False, and an empty shelf, if too few are left."""
        enough = update(cls).where(cls.slug == slug, cls.available >= quantity)
        result = session.execute(enough.values(available=cls.available - quantity))
        assert isinstance(result, CursorResult)  # noqa: S101 - narrows the type
        if result.rowcount:
            return True
        session.execute(update(cls).where(cls.slug == slug).values(available=0))
        return False


def read_stock(session: Session) -> dict[str, int]:
    """Say how many of each product are left."""
    rows = session.execute(select(Stock.slug, Stock.available))
    left = {slug: available for slug, available in rows}
    return {slug: left.get(slug, 0) for slug in PRODUCTS}


def fill_stock(session: Session) -> None:
    """Put products on the shelf that never were there; the caller commits."""
    known = set(session.scalars(select(Stock.slug)))
    for product in PRODUCTS.values():
        if product.slug not in known:
            session.add(Stock(slug=product.slug, available=product.stock))
