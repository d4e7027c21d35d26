"""Pages of the shelf: all products, and each one."""

from __future__ import annotations

from flask import abort, render_template

from example_shop.blueprint import current_cart, shop
from example_shop.cart import MAX_QUANTITY
from example_shop.catalogue import PRODUCTS, Product
from example_shop.database import db
from example_shop.stock import read_stock


@shop.get("/")
def show_catalogue() -> str:
    """Show everything there is."""
    return render_template(
        "shop/catalogue.html",
        products=PRODUCTS.values(),
        stock=read_stock(db.session()),
    )


@shop.get("/products/<slug>")
def show_product(slug: str) -> str:
    """Show one product with the form that puts it into the cart."""
    return render_product(find_product(slug))


def find_product(slug: str) -> Product:
    """Find a product by its address, or answer 404."""
    return PRODUCTS.get(slug) or abort(404)


def render_product(product: Product, *, problem: str = "") -> str:
    """Render a product's page, with what was wrong with the form if anything was."""
    others = [other for other in PRODUCTS.values() if other != product]
    start = list(PRODUCTS).index(product.slug)
    return render_template(
        "shop/product.html",
        product=product,
        left=read_stock(db.session())[product.slug],
        in_cart=current_cart().quantity_of(product),
        maximum=MAX_QUANTITY,
        others=(others[start:] + others[:start])[:3],
        problem=problem,
    )
