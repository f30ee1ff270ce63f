"""Everything that people do to products, one function each."""

from products.actions.changes import (
    create_change,
    edit_change,
    restore_change,
    withdraw_change,
)
from products.actions.comments import add_comment, edit_comment, withdraw_comment
from products.actions.features import (
    create_feature,
    edit_feature,
    restore_feature,
    set_build_state,
    withdraw_feature,
)
from products.actions.intended_use import state_intended_use
from products.actions.jobs import fail_job, finish_job, job_progress, request_job, start_job
from products.actions.products import create_product, edit_product
from products.actions.releases import (
    carry_feature,
    change_features,
    create_release,
    drop_feature,
    edit_release,
    place_release,
)
from products.actions.team import (
    add_member,
    change_membership,
    end_membership,
    invite_to_team,
    resend_invitation,
    withdraw_team_invitation,
)

__all__ = [
    "add_comment",
    "add_member",
    "carry_feature",
    "change_features",
    "change_membership",
    "create_change",
    "create_feature",
    "create_product",
    "create_release",
    "drop_feature",
    "edit_change",
    "edit_comment",
    "edit_feature",
    "edit_product",
    "edit_release",
    "end_membership",
    "fail_job",
    "finish_job",
    "invite_to_team",
    "job_progress",
    "place_release",
    "request_job",
    "resend_invitation",
    "restore_change",
    "restore_feature",
    "set_build_state",
    "start_job",
    "state_intended_use",
    "withdraw_change",
    "withdraw_comment",
    "withdraw_feature",
    "withdraw_team_invitation",
]
