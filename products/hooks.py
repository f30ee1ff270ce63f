"""What upper packages do when something happens down here.

They register in ``AppConfig.ready()``; this package never imports them.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping

from django.db.models import Model
from django.urls import reverse

from accounts.models import User
from products.models import Feature, Job, Product, TrackerItem, TrackerMessage
from products.trackers.ticket import Ticket

ProductCreated = Callable[[Product, User], object]
#: Given a feature: the rows of an upper package that belong to its history, by model.
FeatureRecords = Callable[[Feature], Mapping[type[Model], Iterable[int]]]
#: A message that asked for a ticket, and the ticket that was made of it.
TicketMade = Callable[[TrackerMessage, TrackerItem], object]
#: Our row of a ticket, the ticket as the tracker told of it, and who acts: the system.
TicketChanged = Callable[[TrackerItem, Ticket, User], object]

#: What a kind of job is called (with what its request holds), and the name of its page's address,
#: which takes the product's slug and the job's public id.
JobKind = tuple[str, str]

_job_kinds: dict[str, JobKind] = {}
_on_product_created: list[ProductCreated] = []
_feature_records: list[FeatureRecords] = []
_on_ticket_made: list[TicketMade] = []
_on_ticket_changed: list[TicketChanged] = []


def on_product_created(do: ProductCreated) -> ProductCreated:
    """Run ``do(product, by)`` inside the act that creates a product."""
    if do not in _on_product_created:
        _on_product_created.append(do)
    return do


def product_created(product: Product, by: User) -> None:
    """Tell the upper packages, inside the act."""
    for do in _on_product_created:
        do(product, by)


def in_feature_history(records: FeatureRecords) -> FeatureRecords:
    """Show these rows too in the history of a feature."""
    if records not in _feature_records:
        _feature_records.append(records)
    return records


def feature_records(feature: Feature) -> dict[type[Model], list[int]]:
    """What upper packages add to the history of a feature."""
    found: dict[type[Model], list[int]] = {}
    for records in _feature_records:
        for model, keys in records(feature).items():
            found.setdefault(model, []).extend(keys)
    return found


def on_ticket_made(do: TicketMade) -> TicketMade:
    """Run ``do(message, item)`` inside the act (the system's) that notes a ticket as made."""
    if do not in _on_ticket_made:
        _on_ticket_made.append(do)
    return do


def ticket_made(message: TrackerMessage, item: TrackerItem) -> None:
    """Tell the upper packages, inside the act."""
    for do in _on_ticket_made:
        do(message, item)


def on_ticket_changed(do: TicketChanged) -> TicketChanged:
    """Run ``do(item, ticket, by)`` inside the act that takes what a tracker told."""
    if do not in _on_ticket_changed:
        _on_ticket_changed.append(do)
    return do


def ticket_changed(item: TrackerItem, ticket: Ticket, by: User) -> None:
    """Tell the upper packages, inside the act."""
    for do in _on_ticket_changed:
        do(item, ticket, by)


def name_jobs(kinds: Mapping[str, JobKind]) -> None:
    """Say what kinds of background jobs are called, for the sentence under the bell."""
    _job_kinds.update(kinds)


def job_in_words(job: Job) -> tuple[str, str]:
    """What a job is called, and the address of its page."""
    words, page = _job_kinds.get(job.kind, (job.kind.replace("_", " ").capitalize(), "job_detail"))
    return words.format_map(defaultdict(str, job.request)), reverse(
        page, args=[job.product.slug, job.public_id]
    )
