"""The decisions of the demonstration: one from conflict to agreement, and one that is open."""

import datetime

from django.utils import timezone

from accounts.models import User
from hazards.matrix_reading import MatrixReading, read_matrix
from hazards.models import Control, Hazard
from hazards.queries import current_matrix
from products.choices import Side
from products.models import Feature, Product, Release
from reviews.actions.decision_options import (
    add_hazard_row,
    add_option,
    edit_option,
    estimate_option,
)
from reviews.actions.decision_reviews import add_trigger, record_dissent
from reviews.actions.decision_signing import sign_decision
from reviews.actions.decisions import (
    answer_questions,
    choose_option,
    create_decision,
    write_view,
)
from reviews.actions.safeguards import edit_safeguard
from reviews.choices import Meaning
from reviews.decisions.reading import read_decision
from reviews.models import Decision, DecisionHazard, DecisionOption, Safeguard
from safetycase.demonstration import decisions_told as told
from safetycase.demonstration.plan import confirmed

People = dict[str, User]
Rows = dict[str, DecisionHazard]

#: Until when the agreed decision is looked at again, from the day of loading.
REVIEWED_WITHIN = datetime.timedelta(days=182)


def decide(product: Product, people: People) -> None:
    """The repeat prescription, from two views to the third option; and a question that is open."""
    _repeat_prescription(product, people)
    _silence(product, people)


def _repeat_prescription(product: Product, people: People) -> None:
    decision = create_decision(
        product=product,
        by=people["clinical_product_manager"],
        title=told.TITLE,
        question=told.QUESTION,
        for_patients=told.FOR_PATIENTS,
        for_product=told.FOR_PRODUCT,
        feature_id=Feature.objects.get(product=product, reference="FEAT-5").pk,
        release_id=Release.objects.get(product=product, label="1.1.0").pk,
        reason="The two sides asked for opposite things at the kick-off of FEAT-5",
    )
    for side, key in ((Side.CLINICAL, "cso"), (Side.PRODUCT, "product_manager")):
        view, would_change = told.VIEWS[side]
        write_view(
            decision=decision, by=people[key], side=side, view=view, would_change=would_change
        )
    rows = _rows(decision, told.MONTHLY, people["cso"])
    _option(decision, told.MONTHLY, rows, by=people["cso"], estimated_by=people["cso"])
    _option(
        decision,
        told.YEARLY,
        rows,
        by=people["product_manager"],
        estimated_by=people["pharmacist"],
    )
    third = _third_option(decision, people["clinical_product_manager"], rows)
    _estimate(third, told.THIRD, rows, people["cso"])
    _agree(decision, third, people)


def _third_option(decision: Decision, by: User, rows: Rows) -> DecisionOption:
    third = answer_questions(
        decision=decision,
        by=by,
        answers=told.ANSWERS,
        reason="Answered together in the session of the whole team",
    )
    if third is None:
        raise LookupError("the answers make an option")
    words = told.THIRD
    edit_option(
        option=third,
        by=by,
        changes={
            "name": words.name,
            "description": words.description,
            "evidence": words.evidence,
            "for_patients": words.for_patients,
            "for_business": words.for_business,
            "cost": words.cost,
        },
    )
    controls = Control.objects.filter(product=decision.product)
    safeguards = Safeguard.objects.filter(option=third, is_active=True)
    for begins, (control_begins, protects) in told.ADOPTED.items():
        edit_safeguard(
            safeguard=safeguards.get(text__startswith=begins),
            by=by,
            changes={"control_id": controls.get(text__startswith=control_begins).pk},
            hazards=[rows[reference] for reference in protects],
            reason="It stands in the log already",
        )
    return third


def _agree(decision: Decision, third: DecisionOption, people: People) -> None:
    cpm = people["clinical_product_manager"]
    choose_option(
        decision=decision,
        by=cpm,
        option=third,
        why=told.WHY,
        review_on=timezone.localdate() + REVIEWED_WITHIN,
    )
    for text in told.TRIGGERS:
        add_trigger(decision=decision, by=cpm, text=text)
    record_dissent(
        decision=decision, by=people["pharmacist"], side=Side.CLINICAL, text=told.DISSENT
    )
    for meaning, key, comment in (
        (Meaning.FOR_CLINICAL, "cso", told.AGREED_CLINICAL),
        (Meaning.FOR_PRODUCT, "product_manager", ""),
    ):
        now = Decision.objects.select_related("product", "feature", "release").get(pk=decision.pk)
        sign_decision(
            decision=now,
            by=people[key],
            meaning=meaning,
            seen=read_decision(now).subject.fingerprint,
            confirmed=confirmed(people, key),
            comment=comment,
        )


def _silence(product: Product, people: People) -> None:
    decision = create_decision(
        product=product,
        by=people["engineer"],
        title=told.OPEN_TITLE,
        question=told.OPEN_QUESTION,
        for_patients=told.OPEN_FOR_PATIENTS,
        feature_id=Feature.objects.get(product=product, reference="FEAT-6").pk,
        release_id=Release.objects.get(product=product, label="1.1.0").pk,
        views_differ=True,
        reason="The story cannot be built before this is decided",
    )
    view, would_change = told.OPEN_CLINICAL
    write_view(
        decision=decision,
        by=people["cso"],
        side=Side.CLINICAL,
        view=view,
        would_change=would_change,
    )
    rows = _rows(decision, told.OPEN_HOLD, people["pharmacist"])
    for option, by in ((told.OPEN_HOLD, "cso"), (told.OPEN_SEND, "engineer")):
        _option(decision, option, rows, by=people[by], estimated_by=people["pharmacist"])


def _rows(decision: Decision, option: told.ToldOption, by: User) -> Rows:
    """The hazards that the options are held against."""
    hazards = {each.reference: each for each in Hazard.objects.filter(product=decision.product)}
    rows = {}
    for name in option.does:
        hazard = hazards.get(name)
        rows[name] = (
            add_hazard_row(decision=decision, by=by, hazard=hazard)
            if hazard is not None
            else add_hazard_row(decision=decision, by=by, new_name=name)
        )
    return rows


def _option(
    decision: Decision, words: told.ToldOption, rows: Rows, *, by: User, estimated_by: User
) -> DecisionOption:
    option = add_option(
        decision=decision,
        by=by,
        name=words.name,
        side=words.side or "",
        description=words.description,
        evidence=words.evidence,
        for_patients=words.for_patients,
        for_business=words.for_business,
        cost=words.cost,
    )
    _estimate(option, words, rows, estimated_by)
    return option


def _estimate(option: DecisionOption, words: told.ToldOption, rows: Rows, by: User) -> None:
    matrix = _matrix(option.decision.product)
    severities = {each.word: each for each in matrix.severities}
    likelihoods = {each.word: each for each in matrix.likelihoods}
    for name, (severity, likelihood, why) in words.does.items():
        estimate_option(
            option=option,
            row=rows[name],
            by=by,
            severity=severities[severity] if severity else None,
            likelihood=likelihoods[likelihood] if likelihood else None,
            is_touched=severity is not None,
            why=why,
        )


def _matrix(product: Product) -> MatrixReading:
    version = current_matrix(product)
    if version is None:
        raise LookupError("a product has a risk matrix from its first day")
    return read_matrix(version)
