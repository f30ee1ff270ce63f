"""Rules of scoring: SC01 to SC12, except for those of whole logs. No rule changes a score."""

from collections.abc import Iterator, Sequence

from hazards.choices import Acceptability, Stage
from hazards.quality.facts import (
    CauseInQuestion,
    Circumstances,
    EstimateInQuestion,
    HazardInQuestion,
)
from hazards.quality.rule import BLOCKS, WARNS, Found, hazard_rule
from hazards.quality.words import any_of, counted, listed, quoted, said, says


def _both(
    hazard: HazardInQuestion,
) -> tuple[tuple[Stage, tuple[EstimateInQuestion, ...]], ...]:
    return (Stage.INITIAL, hazard.initial), (Stage.RESIDUAL, hazard.residual)


@hazard_rule(
    "SC01",
    BLOCKS,
    "The class is not the matrix's",
    why="The class follows from the two words. One that differs was altered, or copied from a log "
    "with another matrix, and every count that is made from it is wrong.",
    good="Major · Low is class 3, as the matrix says",
    bad="Major · Low recorded as class 2",
    question="Why does the class of {hazard} differ from the matrix that the plan declares?",
)
def class_is_not_the_matrixs(hazard: HazardInQuestion, at: Circumstances) -> Iterator[Found]:
    """SC01: an estimate carries another class than its square has, or another version of the
    matrix is in use that places it elsewhere."""
    causes = {cause.id: f" of the cause {quoted(cause.text)}" for cause in hazard.causes}
    for stage, estimates in _both(hazard):
        for each in estimates:
            if each.moved:
                of = causes.get(each.cause, "")
                yield Found(
                    f"The {stage.label.lower()} risk{of} was estimated with {each.moved}: "
                    "estimate it again.",
                    stage.value,
                    f"estimate:{each.id}",
                )
            elif each.class_in_matrix != each.class_number:
                ought = each.class_in_matrix
                yield Found(
                    f"The {stage.label.lower()} estimate carries class {each.class_number}, where "
                    f"the matrix has {f'class {ought}' if ought else 'no such square'}: estimate "
                    "the risk anew.",
                    stage.value,
                    f"estimate:{each.id}",
                )


@hazard_rule(
    "SC02",
    BLOCKS,
    "A risk that is not estimated",
    why="A risk that nobody estimated is not small: it is unknown.",
    good="Initial Major · Medium (4), residual Major · Low (3)",
    bad="Initial Major · Medium (4), residual empty",
    question="How large is the risk of {hazard}, before and after its controls?",
)
def is_not_estimated(hazard: HazardInQuestion, at: Circumstances) -> Iterator[Found]:
    """SC02: initial risk not estimated, of the hazard or of one of its causes; or the residual
    where it is needed (clause 5.1.2)."""
    if not hazard.initial:
        yield Found("Estimate its initial risk.", Stage.INITIAL.value, Stage.INITIAL.value)
        return
    yield from _of_some_causes(Stage.INITIAL, hazard.causes_without(hazard.initial))
    if not hazard.residual:
        if hazard.residual_is_needed:
            why = (
                "the initial risk is not acceptable"
                if hazard.initial_is_not_acceptable
                else "controls were added"
            )
            yield Found(
                f"Estimate its residual risk: {why}.", Stage.RESIDUAL.value, Stage.RESIDUAL.value
            )
        return
    without = hazard.causes_without(hazard.residual)
    # Nothing is asked where the initial risk of a cause is acceptable (clause 5.1.2).
    fine = {e.cause for e in hazard.initial if e.acceptability == Acceptability.ACCEPTABLE}
    yield from _of_some_causes(Stage.RESIDUAL, [each for each in without if each.id not in fine])


def _of_some_causes(stage: Stage, without: Sequence[CauseInQuestion]) -> Iterator[Found]:
    """Where a hazard is estimated cause by cause, a cause that was left out is unknown."""
    if without:
        named = listed([quoted(each.text) for each in without], most=3)
        yield Found(
            f"Estimate the {stage.label.lower()} risk of {named} too, or that of the whole hazard.",
            stage.value,
            f"{stage.value}-causes",
        )


@hazard_rule(
    "SC03",
    WARNS,
    "Better on the strength of a control that does not stand yet",
    why="A residual risk that counts on a control which is not implemented, verified and effective "
    "is a hope. It is shown as provisional, and blocks the release that delivers the control.",
    good="Residual Low, and the block that makes it so was tested in release 1.1.0",
    bad="Residual Low because of a check that nobody has built",
    question="Which evidence shows that the controls behind the residual risk of {hazard} work?",
)
def counts_on_what_does_not_stand(hazard: HazardInQuestion, at: Circumstances) -> Iterator[Found]:
    """SC03: residual better than initial while a manufacturer's control is not verified."""
    if not any(_is_better(initial, residual) for initial, residual in hazard.pairs()):
        return
    for control in hazard.controls:
        if not control.is_the_makers or control.state == "verified":
            continue
        is_now = (
            at.release is not None
            and control.delivered is not None
            and control.delivered <= at.release
        )
        what = "verified" if control.is_implemented else "implemented and verified"
        when = f" before release {at.release_label} goes out" if is_now else ""
        yield Found(
            f"The residual risk counts on {control.reference}, which is not {what}: have it "
            f"{what}{when}, or estimate without it.",
            "controls",
            f"control:{control.id}",
            BLOCKS if is_now else None,
        )


def _is_better(initial: EstimateInQuestion, residual: EstimateInQuestion) -> bool:
    return (
        residual.class_number < initial.class_number
        or residual.severity < initial.severity
        or residual.likelihood < initial.likelihood
    )


@hazard_rule(
    "SC04",
    WARNS,
    "Severity lowered by nothing that limits harm",
    why="A check makes a harm less likely; it does not make it milder. Severity falls only where "
    "something acts on the harm itself.",
    good="Major to Considerable: an antidote is kept at hand and its use is rehearsed",
    bad="Major to Minor because staff are trained",
    question="What makes the harm of {hazard} milder when it happens all the same?",
)
def severity_fell_without_reason(hazard: HazardInQuestion, at: Circumstances) -> Iterator[Found]:
    """SC04: residual severity is lower with no control that limits harm."""
    for initial, residual in hazard.pairs():
        if residual.severity < initial.severity and not any(
            control.limits_harm for control in hazard.controls
        ):
            yield Found(
                "Residual severity is lower than initial, and no control limits the harm: name "
                "the one that does (function “recover”, or on the harm), or put severity back.",
                Stage.RESIDUAL.value,
                f"estimate:{residual.id}",
            )


@hazard_rule(
    "SC05",
    WARNS,
    "Likelihood much lower on the strength of people alone",
    why="Procedures, training and information wear off, and a test protects nobody. On their own "
    "they rarely make a harm two bands less likely.",
    good="High to Low: the station scans both labels and stops on a mismatch",
    bad="High to Very low: staff are trained",
    question="What, besides people remembering, makes {hazard} so much less likely?",
)
def likelihood_rests_on_people(hazard: HazardInQuestion, at: Circumstances) -> Iterator[Found]:
    """SC05: likelihood improves by two bands or more with nothing but people behind it."""
    for initial, residual in hazard.pairs():
        bands = initial.likelihood - residual.likelihood
        controls = [each for each in hazard.controls_on(residual.cause) if each.is_additional]
        if bands >= at.limits.bands and all(each.rests_on_people for each in controls):
            on = "procedure, training or information alone" if controls else "no added control"
            yield Found(
                f"Likelihood falls by {counted(bands, 'band')} on {on}: add a control that acts by "
                "itself, or estimate the likelihood higher.",
                Stage.RESIDUAL.value,
                f"estimate:{residual.id}",
            )


@hazard_rule(
    "SC06",
    WARNS,
    "No engineered control, and no note why not",
    why="Where a risk is not acceptable, design comes first. There may be good reasons against "
    "it; then they are in the log.",
    good="Reissue is blocked without an in-range result",
    bad="Initial class 4, one procedure, justification empty",
    question="Why does nothing in the product itself act against {hazard}?",
)
def nothing_is_engineered(hazard: HazardInQuestion, at: Circumstances) -> Iterator[Found]:
    """SC06: initial risk not acceptable, no engineered control and no justification."""
    if (
        hazard.initial_is_not_acceptable
        and not any(control.is_engineered for control in hazard.controls)
        and not said(hazard.justification)
    ):
        yield Found(
            "Its initial risk is not acceptable and no control is engineered: add one that "
            "eliminates, blocks or warns, or write in the justification why there is none.",
            "justification",
        )


@hazard_rule(
    "SC07",
    BLOCKS,
    "A residual risk that needs more than an estimate",
    why="An unacceptable risk needs more control, or a concluded risk–benefit analysis. One that "
    "is acceptable if justified needs the justification, and somebody with the plan's authority "
    "who did not estimate it. One that is just acceptable needs a sentence.",
    good="Class 3: monthly review for all was assessed and brings missed supply; accepted by Dora",
    bad="Class 4 after controls, status closed",
    question="Who accepted what remains of {hazard}, and why can it not be made smaller?",
    never_waived=frozenset({"unacceptable"}),
)
def residual_needs_more(hazard: HazardInQuestion, at: Circumstances) -> Iterator[Found]:
    """SC07: unacceptable residual risk (B); acceptable, not the lowest class, unexplained (W).

    The part about who accepted it is registered by the package that knows acceptances.
    """
    worst = hazard.worst_residual
    if worst is None:
        return
    if worst.acceptability == Acceptability.UNACCEPTABLE:
        yield Found(
            f"Its residual risk (class {worst.class_number}) is unacceptable: add controls or "
            "change the scope; no signature helps.",
            Stage.RESIDUAL.value,
            "unacceptable",
        )
    elif (
        worst.acceptability == Acceptability.ACCEPTABLE
        and not worst.is_lowest_class
        and not said(hazard.justification)
    ):
        yield Found(
            f"Say in one sentence why its residual risk (class {worst.class_number}) is not "
            "reduced further.",
            "justification",
            "sentence",
            WARNS,
        )


@hazard_rule(
    "SC10",
    BLOCKS,
    "Residual risk above initial",
    why="Controls that make a risk larger are a trade-off or a slip. Either way somebody has to "
    "say so.",
    good="Residual likelihood higher, with the reason: the new hold delays urgent supply",
    bad="Initial Major · Low, residual Major · High, no reason",
    question="Why is the risk of {hazard} larger after its controls than before?",
)
def residual_above_initial(hazard: HazardInQuestion, at: Circumstances) -> Iterator[Found]:
    """SC10: residual above initial without a reason."""
    for initial, residual in hazard.pairs():
        rises = residual.severity >= initial.severity and residual.likelihood >= initial.likelihood
        differs = (residual.severity, residual.likelihood) != (
            initial.severity,
            initial.likelihood,
        )
        if residual.class_number > initial.class_number or (rises and differs):
            if said(residual.why_severity) or said(residual.why_likelihood):
                continue
            yield Found(
                "Its residual risk is above the initial one and no reason is given: give one with "
                "the estimate, or estimate anew.",
                Stage.RESIDUAL.value,
                f"estimate:{residual.id}",
            )


_GRAVE = any_of(r"death|deaths|die|dies|died|dead|fatal(?:ity|ities|ly)?|permanent(?:ly)?|organs?")


@hazard_rule(
    "SC11",
    WARNS,
    "Severity below what the harm says",
    why="The matrix says which severity a death or a permanent injury has. A lower word beside "
    "such a harm contradicts the plan's own key.",
    good="“Possibly fatal anaphylaxis” with Major",
    bad="“May be fatal” with Significant",
    question="The harm of {hazard} can be fatal or permanent: why is its severity lower?",
)
def severity_is_too_low(hazard: HazardInQuestion, at: Circumstances) -> Iterator[Found]:
    """SC11: the harm says death, fatal, permanent or organ; severity is below the band for it."""
    stage, estimates = (
        (Stage.INITIAL, hazard.initial) if hazard.initial else (Stage.RESIDUAL, hazard.residual)
    )
    grave = {harm.id for harm in hazard.harms if says(_GRAVE, harm.text)}
    for each in estimates:
        of = {each.harm} if each.harm else {harm.id for harm in hazard.harms}
        if each.grave is not None and each.severity < each.grave and of & grave:
            yield Found(
                "The harm speaks of death or permanent injury, and the severity is below the "
                "matrix's word for that: choose that word, or say which harm it is of.",
                stage.value,
                f"estimate:{each.id}",
            )


@hazard_rule(
    "SC12",
    WARNS,
    "An estimate without a reason for its likelihood",
    why="A likelihood without a reason cannot be challenged, and nobody will know when it has "
    "stopped being true.",
    good="Low: seen once in two years and 40,000 orders",
    bad="Low: (empty)",
    question="What is the likelihood of {hazard} based on?",
)
def likelihood_has_no_reason(hazard: HazardInQuestion, at: Circumstances) -> Iterator[Found]:
    """SC12: an estimate gives no reason for its likelihood."""
    for stage, estimates in _both(hazard):
        silent = [each for each in estimates if not said(each.why_likelihood)]
        if silent:
            what = (
                f"The {stage.label.lower()} estimate"
                if len(silent) == 1
                else f"{len(silent)} {stage.label.lower()} estimates"
            )
            yield Found(
                f"{what} give{'s' if len(silent) == 1 else ''} no reason for the likelihood: say "
                "in one sentence what it rests on.",
                stage.value,
                stage.value,
            )
