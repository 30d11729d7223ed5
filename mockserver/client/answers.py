"""The former name of `models`, for tests that import ``Plan`` and others from here."""

from mockserver.client.models import (
    ActiveFault,
    ActiveFaultList,
    ClockState,
    Deviation,
    DeviationList,
    Entry,
    Job,
    Journal,
    NearMiss,
    Next,
    Organization,
    Plan,
    Project,
    RecordedRequest,
    RecordedResponse,
    SteeredJob,
    Verdict,
    Violation,
    WorldList,
    WorldState,
)

Complaint = Violation
Force = ActiveFault
ForceList = ActiveFaultList
SentAnswer = RecordedResponse
SentRequest = RecordedRequest

__all__ = [
    "ClockState",
    "Complaint",
    "Deviation",
    "DeviationList",
    "Entry",
    "Force",
    "ForceList",
    "Job",
    "Journal",
    "NearMiss",
    "Next",
    "Organization",
    "Plan",
    "Project",
    "SentAnswer",
    "SentRequest",
    "SteeredJob",
    "Verdict",
    "WorldList",
    "WorldState",
]
