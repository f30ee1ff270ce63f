"""My work, and where the two sides are apart."""

from tests.laws.every_address import NEVER, Address, on_product, page

ADDRESSES = {
    # Asked by itself, and not as a part of a page, it leads to the gate.
    "product_outlook": Address(on_product, "302 404 302 302 302 302 302 403", NEVER),
    "apart": page(),
}
