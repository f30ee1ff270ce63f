"""The format: a hazard log as it is recorded, in fields that are each said here once.

``docs/hazard-log-json.md`` explains it to people, ``hazard-log.schema.json`` beside this module to
programs; tests hold both to this module.
"""

from typing import Any

from django.db import models

from hazards.choices import (
    Acceptability,
    AssumptionState,
    CauseKind,
    ControlFunction,
    ControlKind,
    ControlState,
    ControlType,
    EvidenceOf,
    EvidenceResult,
    EvidenceState,
    HazardState,
    HazardStatus,
    Party,
    Patients,
    Stage,
    Strength,
)
from hazards.models import (
    Assumption,
    Cause,
    Control,
    Estimate,
    Evidence,
    EvidenceFile,
    Harm,
    Hazard,
    MatrixVersion,
    SeverityLevel,
)
from hazards.record_format.kinds import (
    DAY,
    MOMENT,
    SHA256,
    Choice,
    Each,
    Flag,
    Kind,
    Number,
    OrNull,
    Schema,
    Text,
    Thing,
)
from products.choices import Role
from products.models import Feature, Release

#: The marker by which a file is known, and the number of this format.
FORMAT = "clinical-safety-hazard-log"
VERSION = 1
SCHEMA_ID = "https://json-schema.org/draft/2020-12/schema"

Field = tuple[Kind, str]


def _text(model: type[models.Model], name: str, *, is_needed: bool = False) -> Text:
    field: Any = model._meta.get_field(name)
    return Text(field.max_length, is_needed)


def _one_of(choices: type[models.TextChoices], *, or_none: bool = False) -> Choice:
    return Choice((*([""] if or_none else []), *(str(value) for value in choices.values)))


def _reference(about: str) -> Field:
    return OrNull(_text(Hazard, "reference", is_needed=True)), about


_RELEASE = _text(Release, "label")
_PLACE = OrNull(Number())

PERSON = Thing(
    "person",
    "A person by name and e-mail address; the address is empty where only a name is known.",
    {
        "name": (Text(300, is_needed=True), "The name, as it is recorded."),
        "email": (Text(254), "The e-mail address, or empty."),
    },
)
_PERSON_OR_NONE = OrNull(PERSON)

LEVEL = Thing(
    "level",
    "A step of an axis of the risk matrix.",
    {
        "word": (_text(SeverityLevel, "word", is_needed=True), "The word that estimates use."),
        "meaning": (_text(SeverityLevel, "meaning"), "What it means."),
    },
)
CLASS = Thing(
    "risk_class",
    "A risk class of the matrix.",
    {
        "number": (Number(0, 100), "The number in the cells."),
        "acceptability": (_one_of(Acceptability), "Whether such a risk is acceptable."),
        "meaning": (Text(2_000), "What it means."),
        "accepted_by_role": (
            Choice(("", *(str(value) for value in Role.values))),
            "The role that may accept it, or empty.",
        ),
    },
)
ROW = Thing(
    "matrix_row",
    "A row of the matrix.",
    {
        "likelihood": (_text(SeverityLevel, "word", is_needed=True), "The word of its likelihood."),
        "classes": (Each(Number(0, 100)), "The class with each severity, lowest severity first."),
    },
)
MATRIX = Thing(
    "matrix",
    "A version of the risk matrix that estimates were made against, or that is current.",
    {
        "number": (Number(), "The number of the version."),
        "name": (_text(MatrixVersion, "name"), "What it is called."),
        "severities": (Each(LEVEL), "The severities, lowest first."),
        "likelihoods": (Each(LEVEL), "The likelihoods, lowest first."),
        "classes": (Each(CLASS), "The classes, lowest number first."),
        "rows": (Each(ROW), "The cells, lowest likelihood first."),
    },
)
FEATURE = Thing(
    "feature",
    "A feature of the product that a hazard of this log names.",
    {
        "reference": (_text(Feature, "reference", is_needed=True), "Its reference."),
        "title": (_text(Feature, "title"), "Its title, to know that it is the same feature."),
    },
)
HARM = Thing(
    "harm",
    "What the hazard does to a patient.",
    {
        "text": (_text(Harm, "text", is_needed=True), "The harm."),
        "in_the_log": (Flag(), "False where it was withdrawn."),
    },
)
CAUSE = Thing(
    "cause",
    "What may bring the hazard about.",
    {
        "text": (_text(Cause, "text", is_needed=True), "The cause."),
        "kind": (_one_of(CauseKind, or_none=True), "In what circumstances it arises, or empty."),
        "accepted_because": (_text(Cause, "accepted_because"), "Why it has no control, or empty."),
        "in_the_log": (Flag(), "False where it was withdrawn."),
    },
)
ESTIMATE = Thing(
    "estimate",
    "An estimate of the risk; the newest stands last, and the older ones are superseded.",
    {
        "stage": (_one_of(Stage), "Which risk."),
        "cause": (_PLACE, "The cause's place in the hazard's list, from 1; null: the whole."),
        "harm": (_PLACE, "The place of the harm that it is of, from 1; null where nobody said."),
        "patients": (_one_of(Patients, or_none=True), "How many patients, or empty."),
        "matrix": (Number(), "The number of the matrix version."),
        "severity": (_text(SeverityLevel, "word", is_needed=True), "The word for the severity."),
        "likelihood": (
            _text(SeverityLevel, "word", is_needed=True),
            "The word for the likelihood of that harm.",
        ),
        "class": (Number(0, 100), "The class that the matrix gives."),
        "acceptability": (_one_of(Acceptability), "What that class means."),
        "why_severity": (_text(Estimate, "why_severity"), "Why this severity."),
        "why_likelihood": (_text(Estimate, "why_likelihood"), "Why this likelihood."),
        "assumption": (_PLACE, "The place in the list of assumptions, from 1, or null."),
        "by": (PERSON, "Who made it."),
        "at": (MOMENT, "When: ISO 8601, in UTC."),
    },
)
HAZARD = Thing(
    "hazard",
    "A hazard with its harms, causes and estimates.",
    {
        "number": (Number(), "Its place in the log."),
        "reference": (_text(Hazard, "reference", is_needed=True), "Its own reference."),
        "imported_reference": (
            _text(Hazard, "imported_reference"),
            "The reference under which it was imported, or empty.",
        ),
        "name": (_text(Hazard, "name", is_needed=True), "What could hurt a patient."),
        "description": (_text(Hazard, "description"), "The description."),
        "effect": (_text(Hazard, "effect"), "What happens in care."),
        "for_patients": (_text(Hazard, "for_patients"), "What it means for patients, or empty."),
        "for_product": (_text(Hazard, "for_product"), "What it means for the product, or empty."),
        "family": (_text(Hazard, "family"), "Its family, or tag."),
        "state": (_one_of(HazardState), "The state of the record."),
        "status": (_one_of(HazardStatus), "The status of the hazard."),
        "merged_into": _reference("The hazard that it was merged into, by its own reference."),
        "split_from": _reference("The hazard that it was split from, by its own reference."),
        "library_entry": (_text(Hazard, "library_entry"), "The library's entry, or empty."),
        "actions": (_text(Hazard, "action_summary"), "The actions."),
        "justification": (_text(Hazard, "justification"), "Why it is not reduced further."),
        "owner": (_PERSON_OR_NONE, "The person who owns it."),
        "owner_role": (_text(Hazard, "owner_role"), "The owner's role, in words."),
        "review_date": (OrNull(DAY), "The day of the next review."),
        "in_scope_from": (_RELEASE, "The release that a person set, by its label, or empty."),
        "features": (
            Each(_text(Feature, "reference", is_needed=True)),
            "The features that touch it, by their references.",
        ),
        "harms": (Each(HARM), "Its harms, in their order."),
        "causes": (Each(CAUSE), "Its causes, in their order."),
        "estimates": (Each(ESTIMATE), "Every estimate, in the order in which they were made."),
    },
    may_be_missing=frozenset({"for_patients", "for_product"}),  # in files from before them
)
ACTS_ON = Thing(
    "acts_on",
    "What a control acts on: a cause, a harm, or the whole hazard (both null).",
    {
        "hazard": (_text(Hazard, "reference", is_needed=True), "The hazard, by its reference."),
        "cause": (_PLACE, "The place of the cause in the hazard's list, from 1, or null."),
        "harm": (_PLACE, "The place of the harm in the hazard's list, from 1, or null."),
    },
)
CONTROL = Thing(
    "control",
    "A control of the product, which may protect several hazards.",
    {
        "number": (Number(), "Its place among the product's controls."),
        "reference": (_text(Control, "reference", is_needed=True), "Its reference."),
        "text": (_text(Control, "text", is_needed=True), "The control."),
        "kind": (_one_of(ControlKind), "Whether it was there before the analysis."),
        "type": (_one_of(ControlType, or_none=True), "The column of the template, or empty."),
        "strength": (_one_of(Strength, or_none=True), "How strongly it acts, or empty."),
        "function": (_one_of(ControlFunction, or_none=True), "What it does, or empty."),
        "party": (_one_of(Party, or_none=True), "Whose it is, or empty."),
        "instruction": (_text(Control, "instruction"), "What the deploying organisation does."),
        "state": (_one_of(ControlState), "How far it has come."),
        "delivered_in": (_RELEASE, "The release that delivers it, by its label, or empty."),
        "implementation_reference": (
            _text(Control, "implementation_reference"),
            "Where it is implemented, or empty.",
        ),
        "implementer": (_PERSON_OR_NONE, "Who implements it."),
        "due_on": (OrNull(DAY), "The day by which it is due."),
        "none_because": (_text(Control, "none_because"), "Why it brings no new hazards."),
        "new_hazards": (
            Each(_text(Hazard, "reference", is_needed=True)),
            "The hazards that it brings, by their own references.",
        ),
        "acts_on": (Each(ACTS_ON), "What it acts on."),
    },
)
FILE = Thing(
    "file",
    "A file of evidence. Its content is not in this format; the SHA-256 says which it is.",
    {
        "name": (_text(EvidenceFile, "name", is_needed=True), "The file's name."),
        "kind": (_text(EvidenceFile, "kind"), "The kind of file."),
        "size": (Number(0, 2**62), "Its size in bytes."),
        "sha256": (SHA256, "The SHA-256 of its content."),
    },
)
EVIDENCE = Thing(
    "evidence",
    "A test, review or record about one or more controls.",
    {
        "title": (_text(Evidence, "title", is_needed=True), "What it is."),
        "state": (_one_of(EvidenceState), "Whether it is there yet."),
        "of": (_one_of(EvidenceOf, or_none=True), "What it shows, or empty."),
        "link": (_text(Evidence, "link"), "A link, or empty."),
        "file": (OrNull(FILE), "The file."),
        "result": (_one_of(EvidenceResult, or_none=True), "What came out, or empty."),
        "dated_on": (OrNull(DAY), "Its day."),
        "release": (_RELEASE, "The release that was looked at, by its label, or empty."),
        "verifier": (_PERSON_OR_NONE, "Who looked at it."),
        "valid_until": (OrNull(DAY), "The last day on which it counts."),
        "in_the_log": (Flag(), "False where it was withdrawn."),
        "controls": (
            Each(_text(Control, "reference", is_needed=True)),
            "The controls that it is about, by their references.",
        ),
    },
)
ASSUMPTION = Thing(
    "assumption",
    "Something that must stay true.",
    {
        "hazard": _reference("The hazard that it is about; null: the product."),
        "text": (_text(Assumption, "text", is_needed=True), "The assumption."),
        "held_by": (_text(Assumption, "held_by"), "Who must hold it, or empty."),
        "valid_until": (OrNull(DAY), "The last day on which it holds."),
        "state": (_one_of(AssumptionState), "Whether it still stands."),
    },
)
RECORD = Thing(
    "record",
    "A hazard log as it is recorded.",
    {
        "format": (Choice((FORMAT,)), "The marker of this format."),
        "version": (Number(VERSION, VERSION), "The number of this format."),
        "matrix": (_PLACE, "The number of the current matrix version; null without one."),
        "matrices": (Each(MATRIX), "The matrix versions, lowest number first."),
        "features": (Each(FEATURE), "The features that hazards name."),
        "hazards": (Each(HAZARD), "The hazards, in the order of their numbers."),
        "assumptions": (Each(ASSUMPTION), "The assumptions, oldest first."),
        "controls": (Each(CONTROL), "The controls, in the order of their numbers."),
        "evidence": (Each(EVIDENCE), "The evidence, oldest first."),
    },
)


def json_schema() -> Schema:
    """The JSON Schema of the format."""
    record, *others = RECORD.things()
    return {
        "$schema": SCHEMA_ID,
        "title": "Clinical safety hazard log",
        **record.definition(),
        "$defs": {thing.name: thing.definition() for thing in others},
    }
