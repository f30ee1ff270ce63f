"""Choices with stable stored values."""

from django.db.models import TextChoices


class SectionKey(TextChoices):
    """The eleven sections of a clinical safety case report, in their order."""

    INTRODUCTION = "introduction", "Introduction"
    SYSTEM_DEFINITION = "system_definition", "System definition"
    RISK_MANAGEMENT_SYSTEM = "risk_management_system", "Clinical risk management system"
    RISK_ANALYSIS = "risk_analysis", "Clinical risk analysis"
    RISK_EVALUATION = "risk_evaluation", "Clinical risk evaluation"
    RISK_CONTROL = "risk_control", "Clinical risk control"
    HAZARD_LOG = "hazard_log", "Hazard log"
    TEST_ISSUES = "test_issues", "Test issues"
    SUMMARY_STATEMENT = "summary_statement", "Summary safety statement"
    QUALITY_ASSURANCE = "quality_assurance", "Quality assurance and document approval"
    CONFIGURATION_CONTROL = "configuration_control", "Configuration control and management"

    @property
    def number(self) -> int:
        """Its number in the report, from 1."""
        return list(SectionKey).index(self) + 1


class LifecyclePhase(TextChoices):
    """The points of a product's life at which a report is written (clause 3.5.1)."""

    CONCEPT = "concept_and_design", "Concept and design"
    BUILD = "build_and_test", "Build and test"
    FIRST_DEPLOYMENT = "before_first_deployment", "Before first deployment"
    MODIFICATION = "modification", "Modification that changes clinical risk"
    DECOMMISSIONING = "decommissioning", "Decommissioning"
