"""Where the next line of a session goes: the square that was named, or the one after it."""

from collections.abc import Sequence

from reviews.choices import Prompt


def coming_square(steps: Sequence[int], step: str, prompt: str) -> tuple[int | None, str]:
    """The square that an address names; the first of the grid where it names none."""
    known = {str(key): key for key in steps}
    if step not in known:
        return (steps[0] if steps else None), Prompt.NO.value
    return known[step], prompt if prompt in Prompt.values else Prompt.NO.value


def square_after(
    steps: Sequence[int], step: int | None, prompt: str | None
) -> tuple[int | None, str]:
    """The square to the right; after the last prompt the first one of the next step."""
    if step not in steps or prompt not in Prompt.values:
        return step, prompt or ""
    prompts = list(Prompt.values)
    place = prompts.index(prompt) + 1
    if place < len(prompts):
        return step, prompts[place]
    following = (steps.index(step) + 1) % len(steps)
    return steps[following], prompts[0]
