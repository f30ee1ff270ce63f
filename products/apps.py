"""The products app."""

from django.apps import AppConfig


class ProductsConfig(AppConfig):
    """Products, their team and roles, features and releases."""

    name = "products"
    verbose_name = "Products"
