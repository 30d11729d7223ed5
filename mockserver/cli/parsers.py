"""The parser of each command, for what draws or completes them all."""

from mockserver.cli.commands import (
    create_apis_parser,
    create_check_parser,
    create_deviations_parser,
    create_explain_parser,
    create_generate_parser,
    create_infer_parser,
)
from mockserver.cli.completion_command import create_completion_parser
from mockserver.cli.options import create_serve_parser
from mockserver.cli.proxy_command import create_proxy_parser

#: The first command is meant where none is named.
PARSERS = {
    "serve": create_serve_parser,
    "apis": create_apis_parser,
    "explain": create_explain_parser,
    "infer": create_infer_parser,
    "generate": create_generate_parser,
    "check": create_check_parser,
    "deviations": create_deviations_parser,
    "proxy": create_proxy_parser,
    "completion": create_completion_parser,
}
