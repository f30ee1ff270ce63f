"""Who is in the story and what they are building: plain values, no database."""

from datetime import date
from typing import NamedTuple, TypedDict

from products.choices import Role

PASSWORD = "demo-password-2026"  # noqa: S105  # printed on purpose; seed_demo refuses production
SLUG = "digital-pharmacy"
PRODUCT = "Digital Pharmacy"
ORGANISATION = "Parkside Digital Health"
SUMMARY = (
    "Repeat medicines prescribed online, packed by a registered pharmacy and delivered to the "
    "patient's home."
)
TEAM_SINCE = date(2026, 9, 1)


class DemoPerson(NamedTuple):
    """A person of the demonstration; ``role`` is None for the administrator."""

    key: str
    email: str
    name: str
    job_title: str
    role: Role | None
    professional_body: str = ""
    registration_number: str = ""


#: The registration numbers are invented; none of these people exists.
PEOPLE = (
    DemoPerson("administrator", "admin@demo.example", "Grace Lin", "IT service manager", None),
    DemoPerson(
        "executive",
        "director@demo.example",
        "Margaret Doyle",
        "Chief executive",
        Role.ACCOUNTABLE_EXECUTIVE,
    ),
    DemoPerson(
        "cso",
        "cso@demo.example",
        "Dr Adaeze Okafor",
        "Clinical safety officer",
        Role.CLINICAL_SAFETY_OFFICER,
        "GMC",
        "0000001",
    ),
    DemoPerson(
        "clinical_product_manager",
        "cpm@demo.example",
        "Dr Hannah Reid",
        "Clinical product manager",
        Role.CLINICAL_PRODUCT_MANAGER,
        "GMC",
        "0000002",
    ),
    DemoPerson(
        "product_manager",
        "pm@demo.example",
        "Lucy Marsh",
        "Product manager",
        Role.PRODUCT_MANAGER,
    ),
    DemoPerson(
        "pharmacist",
        "pharmacist@demo.example",
        "Samir Khan",
        "Superintendent pharmacist",
        Role.CLINICIAN,
        "GPhC",
        "0000003",
    ),
    DemoPerson(
        "engineer",
        "engineer@demo.example",
        "Rohan Patel",
        "Engineering lead",
        Role.CONTRIBUTOR,
    ),
    DemoPerson(
        "auditor",
        "auditor@demo.example",
        "Tom Ellery",
        "Clinical safety assessor",
        Role.AUDITOR,
    ),
)

#: The log names owners by role; these people hold those roles here.
OWNERS = {
    "Clinical safety officer": "cso",
    "Engineering lead": "engineer",
    "Product manager": "product_manager",
}


class DemoRelease(NamedTuple):
    """A release of the demonstration."""

    label: str
    planned_on: date
    summary: str


RELEASES = (
    DemoRelease(
        "1.0.0",
        date(2026, 11, 30),
        "Online consultation, packing and home delivery, with every repeat prescription reissued "
        "each month for everyone.",
    ),
    DemoRelease(
        "1.1.0",
        date(2027, 3, 1),
        "The yearly prescription: one clinical review a year, check-ins by tier, and alerts to "
        "clinicians between reviews.",
    ),
)


class DemoIntendedUse(TypedDict):
    """The parts of the statement of intended use."""

    purpose: str
    users: str
    patient_groups: str
    care_settings: str
    exclusions: str
    device_statement: str


INTENDED_USE: DemoIntendedUse = {
    "purpose": (
        "To prescribe, dispense and deliver repeat medicines to adults at home, and to notice "
        "between clinical reviews when a medicine no longer suits the person who takes it."
    ),
    "users": (
        "Prescribers, pharmacists and pharmacy technicians employed by a registered pharmacy; "
        "patients and the carers they name."
    ),
    "patient_groups": (
        "Adults aged 18 and over who live at home and take repeat medicines, including people "
        "without digital access, who are asked by telephone."
    ),
    "care_settings": (
        "Registered pharmacies in England and the patient's own home. Staff are present on "
        "working days; outside them urgent alerts go to the duty clinician."
    ),
    "exclusions": (
        "Children; medicines given by injection in a clinic; controlled drugs of schedules 2 and "
        "3; emergencies. The product does not diagnose and does not replace urgent care."
    ),
    "device_statement": (
        "Tiers and alerts direct attention and do not decide treatment. The manufacturer's "
        "qualification of 1 October 2026 is that release 1.0.0 is not a medical device; the "
        "question is asked again for release 1.1.0, whose tiers use a patient's own answers."
    ),
}


class DemoFeature(NamedTuple):
    """What a feature means to each side; references, titles and links are in the log's file."""

    owner: str
    for_product: str
    for_patients: str


FEATURES = {
    "FEAT-1": DemoFeature(
        "product_manager",
        "Reissue is automatic for stable patients, so one pharmacist can look after four times as "
        "many people. A held reissue costs a call, about three in a hundred.",
        "Medicines come each month without asking. When a blood test is missing or out of range a "
        "pharmacist decides before anything is sent.",
    ),
    "FEAT-2": DemoFeature(
        "product_manager",
        "A consultation takes eight minutes instead of twenty, and needs no appointment.",
        "A prescriber who cannot see the whole record may miss an allergy, so the record must "
        "answer before a prescription can be made.",
    ),
    "FEAT-3": DemoFeature(
        "engineer",
        "Packing by scan makes one parcel in forty seconds and cuts returns by half.",
        "The bag in the parcel is the one that was prescribed for the name on the label.",
    ),
    "FEAT-4": DemoFeature(
        "engineer",
        "Results and discharge letters arrive by themselves; nobody types them.",
        "A medicine stopped in hospital must not arrive in the next parcel.",
    ),
    "FEAT-5": DemoFeature(
        "product_manager",
        "One review a year instead of twelve: cheaper, simpler to scale, and what people ask for.",
        "Fewer reviews mean fewer chances to notice that a medicine no longer suits. Something "
        "else has to notice in between.",
    ),
    "FEAT-6": DemoFeature(
        "clinical_product_manager",
        "A one-minute questionnaire replaces the monthly call for most people.",
        "A warning sign reaches a clinician the same day, and silence is never read as being well.",
    ),
    "FEAT-7": DemoFeature(
        "clinical_product_manager",
        "Patients are placed in tiers by rule, so clinicians' time goes where it is needed.",
        "People at higher risk are asked more often; nobody can be moved down to clear a queue.",
    ),
    "FEAT-8": DemoFeature(
        "engineer",
        "Three levels of alert keep the list short enough to be read.",
        "The important alert is seen and answered, because it is not one of hundreds.",
    ),
}

EVIDENCE_DATE = date(2026, 10, 15)
REVIEW_AFTER = date(2027, 2, 2)
