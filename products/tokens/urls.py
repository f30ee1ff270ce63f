"""Addresses of tokens for programs."""

from django.urls import path

from products.views import tokens

TOKENS = "products/<slug:slug>/team/tokens/"

urlpatterns = [
    path(TOKENS, tokens.token_list, name="token_list"),
    path(f"{TOKENS}new/", tokens.token_new, name="token_new"),
    path(f"{TOKENS}history/", tokens.token_history, name="token_history"),
    path(f"{TOKENS}<uuid:public_id>/withdraw/", tokens.token_withdraw, name="token_withdraw"),
]
