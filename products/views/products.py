"""Adding a product, and the settings of one."""

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from accounts.access import administrator_of
from accounts.editing import Page, edit_page, form_page
from accounts.forms import EditForm
from products.access import product_for
from products.actions import create_product, edit_product
from products.forms import NewProductForm, ProductForm
from products.permissions import Ability


def product_new(request: HttpRequest) -> HttpResponse:
    """Add a product. Administrators only."""
    by = administrator_of(request)
    form = NewProductForm(request.POST or None)

    def save() -> str:
        product = create_product(by=by, **form.cleaned_data)
        return reverse("team", args=[product.slug])

    page = Page(
        heading="New product",
        submit="Add the product",
        done_url=reverse("my_work"),
        done="Added. Now nominate its accountable executive, who nominates its clinical safety "
        "officer.",
        intro="A product has a team, features, releases, a hazard log and a safety case.",
    )
    return form_page(request, form, page, save)


def product_settings(request: HttpRequest, slug: str) -> HttpResponse:
    """What a product is called."""
    standing = product_for(request, slug, Ability.MANAGE_FEATURES)
    product = standing.product

    def save(form: EditForm) -> None:
        edit_product(
            product=product,
            by=standing.person,
            changes=form.changes(),
            base_version=form.version_before,
            reason=form.why,
        )

    page = Page(
        heading="Settings",
        submit="Save",
        done_url=reverse("product_settings", args=[slug]),
        intro=f"Made by {product.organisation}. Its address, {slug}, and the prefix of its hazard "
        f"references, {product.hazard_prefix}, stay as they are: people bookmark and quote them.",
        template="products/settings.html",
    )
    return edit_page(
        request,
        product,
        make=ProductForm,
        save=save,
        page=page,
        initial={"name": product.name, "summary": product.summary},
    )
