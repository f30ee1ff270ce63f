"""Which hazards a hazard was made of, and which were made of it: merges and splits."""

from dataclasses import dataclass

from django.db.models import Q

from hazards.models import Hazard


@dataclass(frozen=True)
class Origins:
    """The other hazards, each with the words of how it hangs together with this one."""

    links: list[tuple[str, Hazard]]


def origins_of(hazard: Hazard) -> Origins:
    """The merges and splits of a hazard. One query."""
    about = Q(merged_into=hazard) | Q(split_from=hazard)
    about |= Q(pk__in=[key for key in (hazard.merged_into_id, hazard.split_from_id) if key])
    links = []
    for other in Hazard.objects.filter(about).order_by("number"):
        if other.pk == hazard.merged_into_id:
            links.append(("Merged into", other))
        if other.pk == hazard.split_from_id:
            links.append(("Split from", other))
        if other.merged_into_id == hazard.pk:
            links.append(("It took in", other))
        if other.split_from_id == hazard.pk:
            links.append(("Split off", other))
    return Origins(links)


def final_survivor(hazard: Hazard) -> Hazard | None:
    """The hazard that a merged one leads to in the end; None for one that was not merged."""
    seen = {hazard.pk}
    now = hazard.merged_into
    while now is not None and now.merged_into is not None and now.pk not in seen:
        seen.add(now.pk)
        now = now.merged_into
    return now


def merged_into(hazard: Hazard) -> list[Hazard]:
    """Every hazard that leads to this one in the end. A query for each merge after the other."""
    found: dict[int, Hazard] = {}
    newest = [hazard]
    while newest:
        rows = Hazard.objects.filter(merged_into__in=newest).order_by("number")
        newest = [each for each in rows if each.pk not in found and each.pk != hazard.pk]
        found |= {each.pk: each for each in newest}
    return list(found.values())
