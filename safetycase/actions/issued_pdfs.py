"""Recording the PDF of an issued version."""

import hashlib

from accounts.models import User
from audit.acts import act
from safetycase.models import Issue, RenderedPdf


def keep_issued_pdf(
    *, issue: Issue, by: User, file: str, content: bytes, pages: int, reason: str = ""
) -> RenderedPdf:
    """Record the file that was made of an issued version; the one that stands, if one does.

    ``file`` is its name in the storage, where these bytes are already.
    """
    default = f"Made the PDF of version {issue.number}"
    with act(by=by, reason=reason or default, scope=issue.product.scope):
        Issue.objects.select_for_update().get(pk=issue.pk)
        found: RenderedPdf | None = RenderedPdf.objects.filter(issue=issue).first()
        if found is not None:
            return found
        pdf = RenderedPdf(
            issue=issue,
            name=f"{issue.product.slug}-v{issue.number}.pdf",
            file=file,
            size=len(content),
            pages=pages,
            sha256=hashlib.sha256(content).hexdigest(),
        )
        pdf.save()
    return pdf
