"""Changed copies of the contract that declare something which neither program keeps."""

from typing import NamedTuple


class Edit(NamedTuple):
    """A passage of openapi.yaml, what replaces it, and where that is then to be refused."""

    name: str
    old: str
    new: str
    pointer: str


LIST = "/paths/~1public~1{projectKey}~1jobs/get"
ONE = "/paths/~1public~1{projectKey}~1jobs~1{jobId}"
MAKE = "/paths/~1public~1{projectKey}~1users~1{userId}/delete"
RECORD = "/components/schemas/Job"
PROPERTIES = f"{RECORD}/properties"
LIFE = f"{RECORD}/x-lifecycle"
_MOVES = "          - {event: start, by: server"
_CANCEL = "from: [scheduled, running], to: cancelled, otherwise: 400}"
_LIST_SCHEMA = "                $ref: '#/components/schemas/JobPage'\n"
_NO_JOB = "      description: The project has no such job."
_SCHEME = "      type: http\n      scheme: bearer\n"
_USER_TEXT = "        type: string\n        minLength: 1\n"
_LIMIT_TEXT = "            type: integer\n            default: 50\n"
_STATUS = "          enum: [scheduled, running, completed, failed, cancelled]\n"

EDITS = (
    # The x- keys.
    Edit("items", "items: /data", "items: /results", f"{LIST}/x-pagination/items"),
    Edit("field", "field: status", "field: action", f"{LIFE}/field"),
    Edit("made", "made: createdAt", "made: startAt", f"{LIFE}/stamps/made"),
    Edit("made-unknown", "made: createdAt", "made: bornAt", f"{LIFE}/stamps/made"),
    Edit("moved", "moved: updatedAt", "moved: startAt", f"{LIFE}/stamps/moved"),
    Edit(
        "not-before",
        "notBefore: startAt",
        "notBefore: createdAt",
        f"{LIFE}/transitions/0/notBefore",
    ),
    Edit("reader-moves", "by: cancelJob", "by: getJob", ONE + "/delete"),
    Edit("maker-moves", "by: cancelJob", "by: deleteUser", MAKE + "/x-conflict"),
    Edit(
        "second-move-of-an-operation",
        _MOVES,
        "          - {event: stop, by: cancelJob"
        f", from: [running], to: failed, otherwise: 400}}\n{_MOVES}",
        f"{LIFE}/transitions/4/event",
    ),
    Edit(
        "same-event-from-the-same-state",
        _CANCEL,
        f"{_CANCEL}\n          - {{event: cancel, by: cancelJob"
        ", from: [running], to: failed, otherwise: 400}",
        f"{LIFE}/transitions/4/from",
    ),
    Edit(
        "other-refusal-of-the-same-event",
        _CANCEL,
        "from: [scheduled], to: cancelled, otherwise: 400}\n"
        "          - {event: cancel, by: cancelJob"
        ", from: [running], to: cancelled, otherwise: 409}",
        f"{LIFE}/transitions/4/event",
    ),
    Edit(
        "limit-below-zero",
        "default: 50, min: 1",
        "default: 50, min: -1",
        f"{LIST}/x-pagination/limit/min",
    ),
    Edit(
        "limit-is-page",
        "page: {parameter: page",
        "page: {parameter: limit",
        f"{LIST}/x-pagination/page/parameter",
    ),
    Edit(
        "conflict-by-project",
        "parameter: userId",
        "parameter: projectKey",
        f"{MAKE}/x-conflict/parameter",
    ),
    Edit(
        "conflict-by-nothing",
        "parameter: userId",
        "parameter: user",
        f"{MAKE}/x-conflict/parameter",
    ),
    Edit("conflict-key", "key: referenceId", "key: description", f"{MAKE}/x-conflict/key"),
    Edit(
        "no-such-limit",
        "limit: {parameter: limit",
        "limit: {parameter: size",
        f"{LIST}/x-pagination/limit/parameter",
    ),
    Edit(
        "default-outside",
        "default: 50, min",
        "default: 500, min",
        f"{LIST}/x-pagination/limit/default",
    ),
    Edit(
        "two-defaults",
        _LIMIT_TEXT,
        _LIMIT_TEXT.replace("50", "20"),
        f"{LIST}/parameters/0/schema/default",
    ),
    Edit(
        "pagination-on-a-path",
        "  /public/{projectKey}/users/{userId}:\n",
        "  /public/{projectKey}/users/{userId}:\n    x-pagination:\n      style: page\n"
        "      items: /data\n      limit: {parameter: l, default: 1, min: 1, outside: default}\n"
        "      page: {parameter: p, default: 1, min: 1, outside: default}\n",
        MAKE.rpartition("/")[0] + "/x-pagination",
    ),
    Edit(
        "conflict-on-the-cancel",
        "      summary: Cancel one job.\n",
        "      x-conflict: {parameter: jobId, key: referenceId, while: [running], status: 409}\n",
        f"{ONE}/delete/x-conflict",
    ),
    Edit(
        "lifecycle-of-another-schema",
        "    OneJob:\n",
        "    OneJob:\n      x-lifecycle:\n        field: status\n        initial: scheduled\n"
        "        terminal: [failed]\n        stamps: {made: createdAt, moved: updatedAt}\n"
        "        transitions: [{event: a, by: server, from: [scheduled], to: failed}]\n",
        "/components/schemas/OneJob/x-lifecycle",
    ),
    # The document as a whole.
    Edit("version", "openapi: 3.1.1", "openapi: 3.0.3", "/openapi"),
    Edit("webhooks", "tags:\n", "webhooks: {}\ntags:\n", "/webhooks"),
    Edit("misspelt", "security:\n", "securty:\n", "/securty"),
    Edit("no-security", "  - organizationKey: []\n", "  - {}\n", "/security"),
    Edit(
        "basic",
        "scheme: bearer",
        "scheme: basic",
        "/components/securitySchemes/organizationKey/scheme",
    ),
    Edit(
        "api-key",
        _SCHEME,
        "      type: apiKey\n      in: header\n      name: X-Key\n",
        "/components/securitySchemes/organizationKey/type",
    ),
    Edit(
        "two-schemes",
        "  securitySchemes:\n",
        "  securitySchemes:\n    token: {type: http, scheme: bearer}\n",
        "/components/securitySchemes/organizationKey",
    ),
    Edit(
        "open-operation",
        "    get:\n      operationId: getJob\n",
        "    get:\n      operationId: getJob\n      security: []\n",
        f"{ONE}/get/security",
    ),
    # Operations.
    Edit(
        "another-operation",
        "    delete:\n      operationId: cancelJob\n",
        "    patch:\n      operationId: changeJob\n"
        "      responses: {'200': {description: Done.}}\n    delete:\n"
        "      operationId: cancelJob\n",
        f"{ONE}/patch",
    ),
    Edit(
        "head",
        "    get:\n      operationId: getJob\n",
        "    head:\n      operationId: peek\n"
        "      responses: {'200': {description: Done.}}\n    get:\n"
        "      operationId: getJob\n",
        f"{ONE}/head",
    ),
    Edit(
        "body",
        "      operationId: deleteUser\n",
        "      operationId: deleteUser\n      requestBody: {content: {application/json: {}}}\n",
        f"{MAKE}/requestBody",
    ),
    Edit(
        "callbacks",
        "      operationId: deleteUser\n",
        "      operationId: deleteUser\n      callbacks: {}\n",
        f"{MAKE}/callbacks",
    ),
    Edit(
        "servers-of-an-operation",
        "      operationId: deleteUser\n",
        "      operationId: deleteUser\n      servers: [{url: /v3}]\n",
        f"{MAKE}/servers",
    ),
    Edit(
        "path-by-reference",
        "  /public/{projectKey}/users/{userId}:\n",
        "  /other:\n    $ref: '#/paths/~1public~1{projectKey}~1jobs'\n"
        "  /public/{projectKey}/users/{userId}:\n",
        "/paths/~1other/$ref",
    ),
    # Parameters.
    Edit(
        "filter",
        "      x-pagination:\n",
        "        - {name: status, in: query, schema: {type: string}}\n      x-pagination:\n",
        f"{LIST}/parameters/2",
    ),
    Edit(
        "header",
        "      x-pagination:\n",
        "        - {name: Accept-Language, in: header, schema: {type: string}}\n"
        "      x-pagination:\n",
        f"{LIST}/parameters/2",
    ),
    Edit(
        "limit-in-header",
        "name: limit\n          in: query",
        "name: limit\n          in: header",
        f"{LIST}/parameters/0/in",
    ),
    Edit(
        "limit-required",
        "name: limit\n          in: query",
        "name: limit\n          in: query\n          required: true",
        f"{LIST}/parameters/0/required",
    ),
    Edit(
        "limit-maximum",
        _LIMIT_TEXT,
        f"{_LIMIT_TEXT}            maximum: 200\n",
        f"{LIST}/parameters/0/schema/maximum",
    ),
    Edit(
        "limit-text", _LIMIT_TEXT, "            type: string\n", f"{LIST}/parameters/0/schema/type"
    ),
    Edit(
        "style",
        "name: limit\n          in: query",
        "name: limit\n          in: query\n          style: pipeDelimited",
        f"{LIST}/parameters/0/style",
    ),
    Edit(
        "label",
        "      name: jobId\n      in: path",
        "      name: jobId\n      in: path\n      style: label",
        "/components/parameters/JobId/style",
    ),
    Edit(
        "project-renamed",
        "      name: projectKey\n",
        "      name: project\n",
        "/components/parameters/ProjectKey",
    ),
    Edit(
        "job-id-text",
        "      name: jobId\n      in: path\n      required: true\n"
        "      description: The job's number.\n      schema:\n        type: integer\n"
        "        format: int64\n",
        "      name: jobId\n      in: path\n      required: true\n      schema:\n"
        "        type: string\n",
        "/components/parameters/JobId/schema/type",
    ),
    Edit(
        "job-id-32",
        "        type: integer\n        format: int64\n      examples:",
        "        type: integer\n        format: int32\n      examples:",
        "/components/parameters/JobId/schema/format",
    ),
    Edit(
        "job-id-minimum",
        "        type: integer\n        format: int64\n      examples:",
        "        type: integer\n        minimum: 1\n      examples:",
        "/components/parameters/JobId/schema/minimum",
    ),
    Edit(
        "user-pattern",
        _USER_TEXT,
        f"{_USER_TEXT}        pattern: '@'\n",
        "/components/parameters/UserId/schema/pattern",
    ),
    Edit(
        "project-length",
        "      schema:\n        type: string\n      example: 3s",
        "      schema:\n        type: string\n        minLength: 20\n      example: 3s",
        "/components/parameters/ProjectKey/schema/minLength",
    ),
    Edit(
        "two-segments",
        "  /public/{projectKey}/jobs:\n",
        "  /public/{region}/{projectKey}/jobs:\n",
        "/paths/~1public~1{region}~1{projectKey}~1jobs",
    ),
    # Responses.
    Edit(
        "created",
        "        '200':\n          description: The job that will",
        "        '201':\n          description: The job that will",
        f"{MAKE}/responses/201",
    ),
    Edit(
        "accepted-besides",
        "        '409':\n",
        "        '202':\n          description: Later.\n        '409':\n",
        f"{MAKE}/responses/202",
    ),
    Edit(
        "default",
        "        '409':\n",
        "        default:\n          description: Later.\n        '409':\n",
        f"{MAKE}/responses/default",
    ),
    Edit(
        "range",
        "        '409':\n",
        "        4XX:\n          description: No.\n        '409':\n",
        f"{MAKE}/responses/4XX",
    ),
    Edit(
        "gone",
        "        '404': {$ref: '#/components/responses/JobNotFound'}\n    delete:",
        "        '410': {$ref: '#/components/responses/JobNotFound'}\n    delete:",
        f"{ONE}/get/responses",
    ),
    Edit(
        "forbidden",
        "        '401': {$ref: '#/components/responses/Unauthorized'}\n"
        "  /public/{projectKey}/jobs/{jobId}:",
        "        '403': {$ref: '#/components/responses/Unauthorized'}\n"
        "  /public/{projectKey}/jobs/{jobId}:",
        f"{LIST}/responses",
    ),
    Edit(
        "error-body",
        _NO_JOB,
        f"      content: {{application/problem+json: {{schema: {{type: object}}}}}}\n{_NO_JOB}",
        "/components/responses/JobNotFound/content",
    ),
    Edit(
        "header-of-a-response",
        "          description: One page of jobs. A",
        "          headers: {X-Total: {schema: {type: integer}}}\n          description: A",
        f"{LIST}/responses/200/headers",
    ),
    Edit(
        "media-type",
        "            application/json:\n              schema:\n" + _LIST_SCHEMA,
        "            application/hal+json:\n              schema:\n" + _LIST_SCHEMA,
        f"{LIST}/responses/200/content/application~1hal+json",
    ),
    Edit(
        "two-media-types",
        "            application/json:\n              schema:\n" + _LIST_SCHEMA,
        "            text/csv: {}\n            application/json:\n              schema:\n"
        + _LIST_SCHEMA,
        f"{LIST}/responses/200/content/text~1csv",
    ),
    Edit(
        "other-file",
        _LIST_SCHEMA,
        "                $ref: 'other.yaml#/JobPage'\n",
        f"{LIST}/responses/200/content/application~1json/schema/$ref",
    ),
    Edit(
        "nowhere",
        _LIST_SCHEMA,
        "                $ref: '#/components/schemas/Page'\n",
        f"{LIST}/responses/200/content/application~1json/schema/$ref",
    ),
    Edit(
        "circle",
        "    JobPage:\n",
        "    JobPage:\n      $ref: '#/components/schemas/JobPage'\n    Rest:\n",
        f"{LIST}/responses/200/content/application~1json/schema/$ref",
    ),
    Edit(
        "link-by-reference",
        "              operationId: getJob\n              description: Each",
        "              operationRef: '#/paths/a'\n              description: Each",
        f"{LIST}/responses/200/links/getFirstJob/operationRef",
    ),
    # The envelopes and the record.
    Edit("required", "status, projectId, action", "state, projectId, action", f"{RECORD}/required"),
    Edit(
        "required-envelope",
        "      required: [data]\n",
        "      required: [data, total]\n",
        "/components/schemas/JobPage/required",
    ),
    Edit(
        "beside-a-reference",
        _LIST_SCHEMA,
        f"{_LIST_SCHEMA}                required: [total]\n",
        f"{LIST}/responses/200/content/application~1json/schema/required",
    ),
    Edit(
        "length",
        "maxLength: 256",
        "maxLength: many",
        "/components/parameters/UserId/schema/maxLength",
    ),
    Edit(
        "list-envelope",
        "      required: [data]\n      properties:\n        data:\n          type: array",
        "      required: [results]\n      properties:\n        results:\n          type: array",
        "/components/schemas/JobPage/properties/results",
    ),
    Edit(
        "total",
        "        data:\n          type: array",
        "        total: {type: integer}\n        data:\n          type: array",
        "/components/schemas/JobPage/properties/total",
    ),
    Edit(
        "at-least-one",
        "          type: array\n",
        "          type: array\n          minItems: 1\n",
        "/components/schemas/JobPage/properties/data/minItems",
    ),
    Edit(
        "record-envelope",
        "        data:\n          $ref: '#/components/schemas/Job'",
        "        job:\n          $ref: '#/components/schemas/Job'",
        "/components/schemas/OneJob/properties/job",
    ),
    Edit(
        "bare-record",
        "    OneJob:\n      type: object\n      required: [data]\n      properties:\n"
        "        data:\n          $ref: '#/components/schemas/Job'\n",
        "    OneJob:\n      $ref: '#/components/schemas/Job'\n",
        f"{RECORD}/properties",
    ),
    Edit(
        "another-record",
        "          items:\n            $ref: '#/components/schemas/Job'",
        "          items: {type: object}",
        "/components/schemas/JobPage/properties/data/items",
    ),
    Edit(
        "member",
        "        errors:\n",
        "        owner: {type: string}\n        errors:\n",
        f"{PROPERTIES}/owner",
    ),
    Edit(
        "member-gone",
        "        action:\n          type: string\n          const: delete_user_data\n"
        "          description: What the job does.\n",
        "",
        PROPERTIES,
    ),
    Edit(
        "id-renamed",
        "      properties:\n        jobId:\n",
        "      properties:\n        id:\n",
        f"{PROPERTIES}/id",
    ),
    Edit(
        "id-text",
        "        jobId:\n          type: integer\n          format: int64\n",
        "        jobId:\n          type: string\n          format: uuid\n",
        f"{PROPERTIES}/jobId/type",
    ),
    Edit(
        "moment-text",
        "        createdAt:\n          type: integer\n          format: int64\n",
        "        createdAt:\n          type: string\n          format: date-time\n",
        f"{PROPERTIES}/createdAt/type",
    ),
    Edit(
        "moment-not-null",
        "type: [integer, 'null']",
        "type: integer",
        f"{PROPERTIES}/updatedAt/type",
    ),
    Edit("constant", "const: delete_user_data", "const: delete_user", f"{PROPERTIES}/action/const"),
    Edit(
        "description",
        "pattern: '^Delete user sessions of",
        "pattern: '^Erase user sessions of",
        f"{PROPERTIES}/description/pattern",
    ),
    Edit(
        "user-format",
        "        referenceId:\n          type: string\n",
        "        referenceId:\n          type: string\n          format: email\n",
        f"{PROPERTIES}/referenceId/format",
    ),
    Edit(
        "states-as-choice",
        _STATUS,
        f"{_STATUS}          default: scheduled\n",
        f"{PROPERTIES}/status/default",
    ),
    Edit(
        "all-of",
        "      description: A job that deletes one user's data.\n",
        "      allOf: [{type: object}]\n",
        f"{RECORD}/allOf",
    ),
)
