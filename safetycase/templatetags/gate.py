"""The release gate on pages of lower packages.

Usage: ``{% load gate %}{% release_gate_summary release standing %}``.
"""

from typing import Any

from django import template

from products.models import Release
from products.permissions import Standing
from safetycase.gate.page import gate_summary

register = template.Library()


@register.inclusion_tag("safetycase/gate/_summary.html")
def release_gate_summary(release: Release, standing: Standing) -> dict[str, Any]:
    """Whether a release can go out, or what the gate said when it did."""
    return {"summary": gate_summary(release, standing), "product": standing.product}
