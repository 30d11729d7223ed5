"""The parts of the contract that laws cite, as JSON Pointers into the document."""

PATHS = "#/paths"
LIST = f"{PATHS}/~1public~1{{projectKey}}~1jobs/get"
READ = f"{PATHS}/~1public~1{{projectKey}}~1jobs~1{{jobId}}/get"
CANCEL = f"{PATHS}/~1public~1{{projectKey}}~1jobs~1{{jobId}}/delete"
MAKE = f"{PATHS}/~1public~1{{projectKey}}~1users~1{{userId}}/delete"

PAGING = f"{LIST}/x-pagination"
LIMIT = f"{PAGING}/limit"
PAGE = f"{PAGING}/page"
CONFLICT = f"{MAKE}/x-conflict"

JOB = "#/components/schemas/Job"
PROPERTIES = f"{JOB}/properties"
LIFECYCLE = f"{JOB}/x-lifecycle"

PARAMETERS = "#/components/parameters"
KEY = "#/components/securitySchemes/organizationKey"
UNAUTHORIZED = "#/components/responses/Unauthorized"
NOT_FOUND = "#/components/responses/JobNotFound"
