"""Choices with stable stored values."""

from django.db.models import TextChoices

from hazards.choices import LifecyclePhase as LifecyclePhase  # where the plan names them


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


class GateDecision(TextChoices):
    """What the release gate says."""

    PASS = "pass", "Pass"
    PASS_WITH_WAIVERS = "pass_with_waivers", "Pass with waivers"
    BLOCKED = "blocked", "Blocked"
