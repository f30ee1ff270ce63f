"""Addresses of the glossary."""

from django.urls import path

from products.views import glossary

ONE = "products/<slug:slug>/glossary/"
TERM = f"{ONE}<str:key>/"

urlpatterns = [
    path(ONE, glossary.glossary, name="glossary"),
    path(f"{ONE}terms.json", glossary.glossary_terms, name="glossary_terms"),
    path(f"{ONE}new/", glossary.glossary_new, name="glossary_new"),
    path(TERM, glossary.glossary_term, name="glossary_term"),
    path(f"{TERM}edit/", glossary.glossary_edit, name="glossary_edit"),
    path(f"{TERM}restore/", glossary.glossary_restore, name="glossary_restore"),
    path(f"{TERM}hide/", glossary.glossary_hide, name="glossary_hide"),
    path(f"{TERM}show/", glossary.glossary_show, name="glossary_show"),
]
