"""The reference: a plain aiohttp application that sends the same octets for every request.

Usage: ``python benches/raw_aiohttp.py OCTETS [PORT]``. Prints where it listens once it does.
"""

import asyncio
import sys

from aiohttp import web


async def serve(octets: int, port: int = 0) -> None:
    """Serve until the process is ended."""
    body = b"x" * octets

    async def constant(_: web.Request) -> web.Response:
        return web.Response(body=body, content_type="application/json")

    app = web.Application()
    app.router.add_route("*", "/constant", constant)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    print(f"Listening on http://127.0.0.1:{runner.addresses[0][1]}", flush=True)
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(serve(*map(int, sys.argv[1:])))
