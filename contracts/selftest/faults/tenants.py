"""Faults in who sees and touches what."""

from __future__ import annotations

from collections.abc import Mapping

from contracts.contract.model import Operation
from contracts.selftest.messages import Request, Response
from contracts.selftest.miniature import Job, Miniature


class ListsAllProjects(Miniature):
    """The list has the jobs of all projects."""

    def list_jobs(self, project: str, request: Request) -> Response:
        self.everything = True
        try:
            return super().list_jobs(project, request)
        finally:
            self.everything = False

    everything = False

    def select_jobs(self, project: str) -> list[Job]:
        return list(self.jobs.values()) if self.everything else super().select_jobs(project)


class IgnoresTheProjectOfALists(Miniature):
    """Every project lists the jobs of the first."""

    def list_jobs(self, project: str, request: Request) -> Response:
        return super().list_jobs(next(iter(self.jobs.values()))["_project"], request)


class _OpensMore(Miniature):
    """Takes some unknown project keys for the first project of the organization."""

    def means(self, project: str, first: str) -> bool:
        """Tell whether *project* is taken for *first*."""
        raise NotImplementedError

    def resolve_project(self, key: str, project: str) -> str:
        """Return the project that is opened."""
        first = self.organizations[key][0]
        nobodys = project not in self.organizations[key]
        return first if nobodys and self.means(project, first) else project

    def opens(self, key: str, project: str, operation: Operation) -> bool:
        known = key in self.organizations
        return known and super().opens(key, self.resolve_project(key, project), operation)

    def carry_out(
        self, operation: Operation, arguments: Mapping[str, str], request: Request
    ) -> Response:
        key = self.read_key(request.headers["authorization"])
        named = {**arguments, "projectKey": self.resolve_project(key, arguments["projectKey"])}
        return super().carry_out(operation, named, request)


class OpensAnyProject(_OpensMore):
    """An unknown project key shows the organization's first project."""

    def means(self, project: str, first: str) -> bool:
        return project.startswith("noSuchProject")


class OpensProjectsByTheirBeginning(_OpensMore):
    """A part of a project key shows the project whose key begins so."""

    def means(self, project: str, first: str) -> bool:
        return first.startswith(project)


class ReadsAcrossProjects(Miniature):
    """A job can be read through any project."""

    def find(self, project: str, number: int, operation: Operation) -> Job | None:
        if operation.id == self.document.read_id:
            return self.jobs.get(number)
        return super().find(project, number, operation)


class CancelsAcrossProjects(Miniature):
    """A job can be cancelled through any project."""

    def find(self, project: str, number: int, operation: Operation) -> Job | None:
        if operation.id == self.document.cancel_id:
            return self.jobs.get(number)
        return super().find(project, number, operation)


class CancelsAcrossProjectsInSilence(Miniature):
    """The cancel of another project's job is answered 404, and carried out."""

    def find(self, project: str, number: int, operation: Operation) -> Job | None:
        job = self.jobs.get(number)
        if operation.id == self.document.cancel_id and job and job["_project"] != project:
            self.move(job, self.document.cancel.to)
            return None
        return super().find(project, number, operation)


class ForbidsOtherProjectsJobs(Miniature):
    """A job of another project is answered 403, which says that it exists."""

    def carry_out(
        self, operation: Operation, arguments: Mapping[str, str], request: Request
    ) -> Response:
        job = self.jobs.get(self.read_job_id(arguments.get("jobId", "")) or 0)
        if job is not None and job["_project"] != arguments["projectKey"]:
            return self.make_error(403, "forbidden")
        return super().carry_out(operation, arguments, request)


class ProjectsHaveOneNumber(Miniature):
    """All projects have the same projectId."""

    def show(self, job: Job) -> Job:
        return {**super().show(job), "projectId": 1}


class JobsHaveAnyProject(Miniature):
    """One job in the list has another project's number."""

    def show(self, job: Job) -> Job:
        shown = super().show(job)
        return {**shown, "projectId": shown["projectId"] + 50 * (shown["jobId"] % 10 == 7)}


class _Opens(Miniature):
    """Opens one operation to every organization."""

    operation = ""

    def opens(self, key: str, project: str, operation: Operation) -> bool:
        return operation.id == self.operation or super().opens(key, project, operation)


class ForeignersList(_Opens):
    """Another organization can list the jobs."""

    operation = "listJobs"


class ForeignersRead(_Opens):
    """Another organization can read a job."""

    operation = "getJob"


class ForeignersCancel(_Opens):
    """Another organization can cancel a job."""

    operation = "cancelJob"


class ForeignersMakeJobs(_Opens):
    """Another organization can delete a user."""

    operation = "deleteUser"


class ForeignersListNothing(Miniature):
    """Another organization gets an empty list."""

    def refuse_project(self) -> Response:
        return Response(200, self.wrap_data([]))
