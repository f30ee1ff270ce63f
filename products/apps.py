"""The products app."""

from django.apps import AppConfig


class ProductsConfig(AppConfig):
    """Products, their team and roles, features and releases."""

    name = "products"
    verbose_name = "Products"

    def ready(self) -> None:
        """People of one team see each other's profiles."""
        from accounts.access import also_visible_when
        from products.queries import share_a_product

        also_visible_when(share_a_product)
