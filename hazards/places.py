"""Where on a hazard a control acts, and whether two texts say the same."""

from hazards.models import Cause, Harm

#: What a control acts on in a hazard: the key of a cause, or of a harm; neither: the whole of it.
Part = tuple[int | None, int | None]
THE_WHOLE: Part = (None, None)


def place_of(part: Cause | Harm) -> Part:
    """A cause or harm, as links of controls name it."""
    return (part.pk, None) if isinstance(part, Cause) else (None, part.pk)


def same_words(text: str) -> str:
    """A text as it is compared: spaces, capitals and a last full stop do not matter."""
    return " ".join(text.split()).casefold().rstrip(".")
