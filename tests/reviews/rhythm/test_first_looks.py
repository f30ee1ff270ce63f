"""Whether a clinician looked before building began."""

import datetime

from django.utils import timezone

from accounts.models import User
from products.actions import set_build_state
from products.choices import BuildState, Role, Side
from products.models import Product
from reviews.actions.sessions import edit_session, note_attendance, open_session
from reviews.choices import TriageOutcome
from reviews.rhythm.first_looks import first_looks, in_time_by_month, median_waits, share_in_time
from tests.factories import make_feature
from tests.reviews.rhythm.making import no_hazard, triaged

YESTERDAY, TOMORROW = datetime.timedelta(days=-1), datetime.timedelta(days=1)


def test_a_look_counts_when_it_comes_before_the_building(
    product: Product, product_manager: User, engineer: User, clinician: User, cso: User
) -> None:
    today = timezone.localdate()
    unseen, seen, late, planned = [make_feature(product, f"Feature {n}") for n in range(4)]
    triaged(unseen, engineer, TriageOutcome.NO_EFFECT)  # nobody of the clinical side
    triaged(seen, clinician, TriageOutcome.NO_EFFECT)
    no_hazard(triaged(late, engineer), cso)
    for feature, began in ((unseen, None), (seen, None), (late, today + YESTERDAY)):
        set_build_state(feature=feature, by=product_manager, state=BuildState.IN_BUILD, on=began)
    looks = first_looks(product)
    assert [each.was_in_time for each in looks] == [False, True, False, None]
    assert [each.is_built_unseen for each in looks] == [True, False, False, False]
    assert looks[3].feature == planned
    assert share_in_time(looks) == (1, 3)
    assert sum(of for _, of in in_time_by_month(looks).values()) == 3
    month = today.replace(day=1)
    assert median_waits(product) == {Side.CLINICAL: {month: 0.0}, Side.PRODUCT: {}}


def test_a_session_that_is_only_planned_is_no_look(
    product: Product, product_manager: User, cso: User
) -> None:
    feature, today = make_feature(product), timezone.localdate()
    set_build_state(feature=feature, by=product_manager, state=BuildState.IN_BUILD)
    session = open_session(
        product=product, by=cso, title="Kick-off", held_on=today + TOMORROW, features=[feature]
    )
    note_attendance(session=session, by=cso, role=Role.CLINICAL_SAFETY_OFFICER, person=cso)
    assert [each.is_built_unseen for each in first_looks(product)] == [True]
    edit_session(session=session, by=cso, changes={"held_on": today})
    assert [each.looked_on for each in first_looks(product)] == [today]
