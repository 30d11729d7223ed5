"""The bundle of all that the deployed API does."""

from mockserver.deviations.deviation import Deviation

#: The parts of the bundle: what release 1.27.8 does, as far as it differs from this mock.
PARTS = (
    "failed-is-cancellable",
    "updated-at-set-on-creation",
    "runs-nightly",
    "cancel-is-overtaken",
    "deletions-race",
    "job-ids-have-32-bits",
    "offset-wraps-around",
    "drops-malformed-parameters",
    "unstorable-user-is-500",
    "user-id-counts-octets",
    "words-of-the-deployed-api",
    "escapes-markup",
    "bearer-to-the-letter",
    "any-scheme-before-bearer",
    "unknown-path-is-plain-404",
    "empty-segment-is-404",
    "head-is-405",
    "options-is-200",
    "bare-405",
    "any-method-is-405",
    "no-challenge",
    "path-is-decoded-first",
    "redirects-to-clean-paths",
    "malformed-escape-is-plain-400",
)

#: One switch for all that the deployed API does.
BUNDLE = Deviation(
    "real-server",
    "must",
    "Does all that the deployed API (release 1.27.8) does and this mock does not; a bundle.",
    "/paths",
    parts=PARTS,
)
