"""When the clinical side first looked at a feature."""

import datetime

from django.utils import timezone

from accounts.models import User
from products.choices import Role
from products.models import Product
from reviews.actions.sessions import edit_session, note_attendance, open_session
from reviews.rhythm.first_looks import first_looks
from tests.factories import make_feature

TOMORROW = datetime.timedelta(days=1)


def test_a_session_that_is_only_planned_is_no_look(product: Product, cso: User) -> None:
    feature, today = make_feature(product), timezone.localdate()
    session = open_session(
        product=product, by=cso, title="Kick-off", held_on=today + TOMORROW, features=[feature]
    )
    note_attendance(session=session, by=cso, role=Role.CLINICAL_SAFETY_OFFICER, person=cso)
    assert [each.looked_on for each in first_looks(product)] == [None]
    edit_session(session=session, by=cso, changes={"held_on": today})
    assert [each.looked_on for each in first_looks(product)] == [today]
